using MedChain.Core.Primitives;
using MedChain.Core.Storage;

namespace MedChain.Core.Ledger.Accounts.Grants;

/// <summary>Whether what a decision used still holds when keys are released: nothing of it was revoked, and it says what it said.</summary>
internal static class ReleaseStanding
{
    /// <summary>Looks at the grants that a decision used.</summary>
    /// <param name="snapshot">The state, as it is now.</param>
    /// <param name="blobs">Where revocations are; one that cannot be read counts against everybody.</param>
    /// <param name="institution">The chain's name.</param>
    /// <param name="patient">Whose grants.</param>
    /// <param name="asker">Who asked.</param>
    /// <param name="uses">The grants, from the asker's to the patient's own.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public static async ValueTask<bool> HoldsAsync(
        LedgerSnapshot snapshot,
        IBlobStore blobs,
        string institution,
        AccountId patient,
        DecisionParty asker,
        IEnumerable<GrantUse> uses,
        CancellationToken cancellationToken)
    {
        LedgerState state = snapshot.Read();
        DecisionParty? grantee = asker;
        foreach (GrantUse use in uses)
        {
            if (grantee is null
                || state.Get<GrantEntry>(StateKey.Grant(patient, use.Grant))?.At(snapshot.Height)
                    is not { Standing: GrantStanding.InForce } grant
                || grant.Version != use.Version)
            {
                return false;
            }

            foreach (RevocationEntry ban in RevocationRules.Bans(state, patient).Where(ban => ban.Height >= grant.Since))
            {
                RevocationDocument? document = await AttachmentReader.TryReadAsync<RevocationDocument>(
                    blobs, ban.Document, cancellationToken).ConfigureAwait(false);
                if (document?.IsAbout(grantee, institution) != false)
                {
                    return false;
                }
            }

            grantee = DecisionParty.TryRead(state, grant.Author, snapshot.Time);
        }

        return true;
    }
}
