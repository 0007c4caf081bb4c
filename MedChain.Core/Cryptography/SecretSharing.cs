using System.Buffers.Binary;
using System.Collections.Immutable;

namespace MedChain.Core.Cryptography;

/// <summary>Shares a secret among holders so that any threshold of them can restore it and fewer learn nothing, with shares that each
/// holder can check (Shamir 1979; Feldman 1987) over the scalars of ristretto255.</summary>
/// <remarks>Holder i, counted from 1, gets the value at i of a random polynomial whose value at 0 is the secret. Feldman's commitments
/// hide the secret only computationally, and only because it is a random scalar: never share anything guessable.</remarks>
internal static class SecretSharing
{
    /// <summary>Most holders of one secret.</summary>
    public const int MaxShares = 64;

    /// <summary>Shares a new random secret.</summary>
    /// <param name="threshold">How many shares restore the secret, 1 to <paramref name="count"/>.</param>
    /// <param name="count">How many shares there are, at most <see cref="MaxShares"/>.</param>
    public static DealtSecret Deal(int threshold, int count)
    {
        CheckSizes(threshold, count);
        return DealOwned(SecretScalar.Random(), threshold, count);
    }

    /// <summary>Shares a given secret, such as a holder's own share that moves to new holders. The result owns a copy.</summary>
    public static DealtSecret Deal(SecretScalar secret, int threshold, int count)
    {
        CheckSizes(threshold, count);
        return DealOwned(Copy(secret), threshold, count);
    }

    /// <summary>Says whether a share is the one that the commitments promise to its holder.</summary>
    /// <param name="commitments">The dealer's commitments.</param>
    /// <param name="index">The holder, from 1.</param>
    /// <param name="share">The holder's share.</param>
    /// <returns><see langword="false"/> for a wrong share, and for commitments that are no points.</returns>
    public static bool VerifyShare(ReadOnlySpan<RistrettoPoint> commitments, int index, SecretScalar share) =>
        TryEvaluate(commitments, index, out RistrettoPoint expected) && share.Commit() == expected;

    /// <summary>The commitment to a holder's share, computed from the dealer's commitments alone.</summary>
    /// <returns><see langword="false"/> when the commitments are none, too many, or no points, or the share would be zero.</returns>
    public static bool TryEvaluate(ReadOnlySpan<RistrettoPoint> commitments, int index, out RistrettoPoint commitment)
    {
        commitment = default;
        if (commitments.Length is 0 or > MaxShares || index is < 1 or > MaxShares)
        {
            return false;
        }

        // Horner's rule in the exponent: ((C[t-1] * i) + C[t-2]) * i + ... + C[0].
        Span<byte> at = stackalloc byte[Ristretto.ScalarSize];
        Span<byte> point = stackalloc byte[Ristretto.PointSize];
        Span<byte> sum = stackalloc byte[Ristretto.PointSize];
        WriteIndex(index, at);
        commitments[^1].CopyTo(sum);
        bool valid = Ristretto.IsValidPoint(sum) == 1;
        for (int i = commitments.Length - 2; i >= 0 && valid; i--)
        {
            if (index > 1)
            {
                valid = Ristretto.Multiply(sum, at, sum) == 0;
            }

            commitments[i].CopyTo(point);
            valid = valid && Ristretto.Add(sum, sum, point) == 0;
        }

        commitment = new RistrettoPoint(sum);
        return valid && commitment != default;
    }

    /// <summary>Restores the secret from shares of different holders, as many as the threshold. From fewer, or wrong ones, comes another
    /// scalar: check the shares before, or the result against the first commitment.</summary>
    /// <exception cref="ArgumentException">There are no shares or too many, or two of one holder.</exception>
    public static SecretScalar Combine(IReadOnlyList<(int Index, SecretScalar Share)> shares)
    {
        int[] indices = [.. shares.Select(s => s.Index)];
        CheckIndices(indices);
        return SecretScalar.Compute((shares, indices), static (input, sum) =>
        {
            sum.Clear();
            Span<byte> weight = stackalloc byte[Ristretto.ScalarSize];
            using SecretScalar term = SecretScalar.Compute(default(object), static (_, _) => { }); // Locked memory for the products.
            using SecretScalar.Lease product = term.Borrow();
            for (int i = 0; i < input.shares.Count; i++)
            {
                Weight(input.indices, i, weight);
                using SecretScalar.Lease share = input.shares[i].Share.Borrow();
                Ristretto.MultiplyScalars(product.Writable, share.Bytes, weight);
                Ristretto.AddScalars(sum, sum, product.Bytes);
            }
        });
    }

    /// <summary>Combines commitments as <see cref="Combine"/> combines the scalars they commit to.</summary>
    /// <returns><see langword="false"/> when one is no point, or the result commits to zero.</returns>
    /// <exception cref="ArgumentException">There are no commitments or too many, or two of one holder.</exception>
    public static bool TryCombine(IReadOnlyList<(int Index, RistrettoPoint Commitment)> commitments, out RistrettoPoint combined)
    {
        int[] indices = [.. commitments.Select(c => c.Index)];
        CheckIndices(indices);
        Span<byte> weight = stackalloc byte[Ristretto.ScalarSize];
        Span<byte> term = stackalloc byte[Ristretto.PointSize];
        Span<byte> sum = stackalloc byte[Ristretto.PointSize];
        sum.Clear(); // All zeros encode the identity.
        bool valid = true;
        for (int i = 0; i < indices.Length && valid; i++)
        {
            Weight(indices, i, weight);
            commitments[i].Commitment.CopyTo(term);
            valid = Ristretto.Multiply(term, weight, term) == 0 && Ristretto.Add(sum, sum, term) == 0;
        }

        combined = new RistrettoPoint(sum);
        return valid && combined != default;
    }

    private static DealtSecret DealOwned(SecretScalar secret, int threshold, int count)
    {
        var coefficients = new SecretScalar[threshold];
        coefficients[0] = secret;
        for (int i = 1; i < threshold; i++)
        {
            coefficients[i] = SecretScalar.Random();
        }

        ImmutableArray<SecretScalar> shares = [.. Enumerable.Range(1, count).Select(index => Evaluate(coefficients, index))];
        ImmutableArray<RistrettoPoint> commitments = [.. coefficients.Select(c => c.Commit())];
        foreach (SecretScalar coefficient in coefficients.AsSpan(1))
        {
            coefficient.Dispose();
        }

        return new DealtSecret(secret, commitments, shares);
    }

    /// <summary>The polynomial's value at a holder's index, by Horner's rule.</summary>
    private static SecretScalar Evaluate(SecretScalar[] coefficients, int index) =>
        SecretScalar.Compute((coefficients, index), static (input, value) =>
        {
            Span<byte> at = stackalloc byte[Ristretto.ScalarSize];
            WriteIndex(input.index, at);
            value.Clear();
            for (int i = input.coefficients.Length - 1; i >= 0; i--)
            {
                using SecretScalar.Lease coefficient = input.coefficients[i].Borrow();
                Ristretto.MultiplyScalars(value, value, at);
                Ristretto.AddScalars(value, value, coefficient.Bytes);
            }
        });

    private static SecretScalar Copy(SecretScalar secret) => SecretScalar.Compute(secret, static (from, to) =>
    {
        using SecretScalar.Lease lease = from.Borrow();
        lease.Bytes.CopyTo(to);
    });

    /// <summary>Lagrange's weight of one holder at 0: the product over the others j of j / (j - i). Nothing in it is secret.</summary>
    private static void Weight(ReadOnlySpan<int> indices, int place, Span<byte> weight)
    {
        Span<byte> own = stackalloc byte[Ristretto.ScalarSize];
        Span<byte> other = stackalloc byte[Ristretto.ScalarSize];
        Span<byte> difference = stackalloc byte[Ristretto.ScalarSize];
        Span<byte> denominator = stackalloc byte[Ristretto.ScalarSize];
        WriteIndex(indices[place], own);
        WriteIndex(1, weight);
        WriteIndex(1, denominator);
        for (int j = 0; j < indices.Length; j++)
        {
            if (j != place)
            {
                WriteIndex(indices[j], other);
                Ristretto.MultiplyScalars(weight, weight, other);
                Ristretto.SubtractScalars(difference, other, own);
                Ristretto.MultiplyScalars(denominator, denominator, difference);
            }
        }

        // Different indices leave no zero among the differences, so the inverse exists.
        _ = Ristretto.InvertScalar(difference, denominator);
        Ristretto.MultiplyScalars(weight, weight, difference);
    }

    private static void WriteIndex(int index, Span<byte> scalar)
    {
        scalar.Clear();
        BinaryPrimitives.WriteInt32LittleEndian(scalar, index);
    }

    private static void CheckSizes(int threshold, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MaxShares);
        ArgumentOutOfRangeException.ThrowIfLessThan(threshold, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threshold, count);
    }

    private static void CheckIndices(int[] indices)
    {
        if (indices.Length is 0 or > MaxShares)
        {
            throw new ArgumentException($"{indices.Length} shares; give 1 to {MaxShares}, as many as the threshold.");
        }

        foreach (int index in indices)
        {
            if (index is < 1 or > MaxShares)
            {
                throw new ArgumentException($"A share of holder {index}; holders are numbered from 1 to {MaxShares}.");
            }
        }

        if (indices.Distinct().Count() != indices.Length)
        {
            throw new ArgumentException("Two shares are of one holder; give shares of different holders.");
        }
    }
}
