namespace MedChain.Core.Blocks;

/// <summary>What a validator can be proved to have done. No honest validator does any of it, also not across restarts: what it signs here
/// is durable before it leaves, or names the incarnation.</summary>
public enum Misconduct
{
    /// <summary>Proposed two cuts for one slot in one view.</summary>
    TwoProposals = 0,

    /// <summary>Sent Prepares for two values of one slot in one view.</summary>
    TwoPrepares = 1,

    /// <summary>Sent Commits for two values of one slot in one view.</summary>
    TwoCommits = 2,

    /// <summary>Sealed two headers at one height.</summary>
    TwoSeals = 3,

    /// <summary>Signed two batches for one place of its lane.</summary>
    TwoBatches = 4,

    /// <summary>Signed two ViewChanges for one view.</summary>
    TwoViewChanges = 5,

    /// <summary>Opened one view twice.</summary>
    TwoNewViews = 6,

    /// <summary>Left a view without telling what it had voted for in it or in an earlier one.</summary>
    HiddenVote = 7,
}
