namespace MedChain.Core.Nodes;

/// <summary>What an answer read from a chain is worth. No mode asks several validators and counts equal answers: that can starve while
/// transactions go on, and proves nothing to others.</summary>
public enum ReadMode
{
    /// <summary>The state that the furthest validator of this process has executed. At once; it may be older than what other processes saw,
    /// it may be newer than what is sealed, and it is as trustworthy as that validator.</summary>
    Local = 0,

    /// <summary>The last state that a quorum is known to have sealed, with a proof that anybody can check. At once; never false, but it may
    /// be older than what others have seen sealed.</summary>
    Proved = 1,

    /// <summary>As <see cref="Proved"/>, and not older than any transaction whose sealed receipt anybody had before the call: the read
    /// takes a place in the chain's order. Costs one transaction, and waits for it as long as the chain has no quorum.</summary>
    Ordered = 2,
}
