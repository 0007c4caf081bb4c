using System.Collections.Immutable;
using System.Numerics;
using MedChain.Core.Contracts.Cedar.Syntax;

namespace MedChain.Core.Contracts.Bytecode.Compilation;

/// <summary>The policies that may apply to one kind of request, with an index by the entities in their scopes, so that a large set does not
/// cost a look at all of it. Immutable.</summary>
internal sealed class CompiledEnvironment
{
    private const int FewSteps = 8;
    private const int WordBits = 64;

    private readonly PolicyStep[] _steps;
    private readonly ulong[] _always;
    private readonly Dictionary<EntityUid, ulong[]> _byPrincipal = [];
    private readonly Dictionary<EntityUid, ulong[]> _byResource = [];

    public CompiledEnvironment(ImmutableArray<PolicyStep> steps)
    {
        _steps = [.. steps];
        _always = new ulong[Words];
        for (int i = 0; i < _steps.Length; i++)
        {
            PolicyBody body = _steps[i].Policy.Body;
            if (body.Principal.Relation != ScopeRelation.Any)
            {
                Add(_byPrincipal, body.Principal.Entities, i);
            }
            else if (body.Resource.Relation != ScopeRelation.Any)
            {
                Add(_byResource, body.Resource.Entities, i);
            }
            else
            {
                Mark(_always, i);
            }
        }
    }

    /// <summary>Gets the policies in the order of the set.</summary>
    public ReadOnlySpan<PolicyStep> Steps => _steps;

    /// <summary>Gets whether there are so few policies that asking each is faster than selecting.</summary>
    public bool IsSmall => _steps.Length <= FewSteps;

    /// <summary>Gets how many words <see cref="Select"/> fills.</summary>
    public int Words => (_steps.Length + WordBits - 1) / WordBits;

    /// <summary>Marks the policies whose scope a request may be in; those left out it is not in.</summary>
    /// <param name="binding">The request, and what the store knows of its entities.</param>
    /// <param name="selected">One bit for each policy; <see cref="Words"/> words.</param>
    public void Select(RequestBinding binding, Span<ulong> selected)
    {
        _always.CopyTo(selected);
        SelectBy(_byPrincipal, binding.Request.Principal, binding.Principal, selected);
        SelectBy(_byResource, binding.Request.Resource, binding.Resource, selected);
    }

    /// <summary>The first marked policy from a place on, or -1.</summary>
    public static int Next(ReadOnlySpan<ulong> selected, int from)
    {
        int word = from / WordBits;
        if (word >= selected.Length)
        {
            return -1;
        }

        ulong left = selected[word] & (ulong.MaxValue << (from % WordBits));
        while (left == 0)
        {
            word++;
            if (word == selected.Length)
            {
                return -1;
            }

            left = selected[word];
        }

        return (word * WordBits) + BitOperations.TrailingZeroCount(left);
    }

    private static void SelectBy(Dictionary<EntityUid, ulong[]> index, EntityUid uid, StoredEntity? stored, Span<ulong> selected)
    {
        if (index.Count == 0)
        {
            return;
        }

        if (index.TryGetValue(uid, out ulong[]? own))
        {
            Unite(selected, own);
        }

        if (stored is null)
        {
            return;
        }

        if (stored.Ancestors.Count <= index.Count)
        {
            foreach (EntityUid ancestor in stored.Ancestors)
            {
                if (index.TryGetValue(ancestor, out ulong[]? above))
                {
                    Unite(selected, above);
                }
            }

            return;
        }

        foreach ((EntityUid container, ulong[] steps) in index)
        {
            if (stored.IsBelow(container))
            {
                Unite(selected, steps);
            }
        }
    }

    private static void Unite(Span<ulong> selected, ulong[] more)
    {
        for (int i = 0; i < more.Length; i++)
        {
            selected[i] |= more[i];
        }
    }

    private void Add(Dictionary<EntityUid, ulong[]> index, ImmutableArray<EntityUid> entities, int step)
    {
        foreach (EntityUid entity in entities)
        {
            if (!index.TryGetValue(entity, out ulong[]? steps))
            {
                index.Add(entity, steps = new ulong[Words]);
            }

            Mark(steps, step);
        }
    }

    private static void Mark(ulong[] steps, int step) => steps[step / WordBits] |= 1UL << (step % WordBits);
}
