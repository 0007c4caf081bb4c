namespace MedChain.Core.Ledger.Accounts.Grants;

/// <summary>Whether a grant still counts. In the state: the numbers do not change.</summary>
public enum GrantStanding
{
    /// <summary>It permits and forbids what it says.</summary>
    InForce = 0,

    /// <summary>Everything was revoked: it permits nothing any more. What it forbids stays forbidden, so that a later permission does not
    /// open what the patient had closed.</summary>
    Closed = 1,

    /// <summary>It was revoked: it permits and forbids nothing any more.</summary>
    Revoked = 2,
}
