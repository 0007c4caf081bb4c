namespace MedChain.Core.Ledger;

/// <summary>What an account's holder is.</summary>
public enum AccountKind
{
    /// <summary>Owns records and sets permissions for them.</summary>
    Patient,

    /// <summary>Treats patients of one institution.</summary>
    Practitioner,

    /// <summary>An institution; the administrator of a chain is one.</summary>
    Organisation,

    /// <summary>Submits computing tasks.</summary>
    Researcher,

    /// <summary>Acts for a patient, or vouches for her: a relative, a legal guardian, a friend who helps to recover a lost key. A patient
    /// or practitioner may do so too, but an account of its own keeps the relationship apart from her own data.</summary>
    Guardian,

    /// <summary>Reads what happened, and changes nothing.</summary>
    Auditor,

    /// <summary>Software or an apparatus that acts under a name of its own.</summary>
    Device,
}
