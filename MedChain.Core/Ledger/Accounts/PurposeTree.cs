using MedChain.Core.Contracts;

namespace MedChain.Core.Ledger.Accounts;

/// <summary>Purposes of use from HL7 v3 ActReason (value set PurposeOfUse) with their parents, so that <c>context.purpose in
/// Purpose::"HRESCH"</c> covers its sub-codes. A purpose that is not listed stands alone.</summary>
internal static class PurposeTree
{
    private static readonly (string Code, string Parent)[] Parents =
    [
        ("CAREMGT", "TREAT"),
        ("CLINTRCH", "HRESCH"),
        ("CLINTRCHNPC", "CLINTRCH"),
        ("CLINTRCHPC", "CLINTRCH"),
        ("PRECLINTRCH", "CLINTRCH"),
        ("BIORCH", "HRESCH"),
        ("DSRCH", "HRESCH"),
        ("POARCH", "HRESCH"),
        ("TRANSRCH", "HRESCH"),
        ("ETREAT", "TREAT"),
        ("BTG", "ETREAT"),
        ("POPHLTH", "TREAT"),
    ];

    public static EntityUid Uid(string code) => new("Purpose", code);

    public static void AddTo(EntityStoreBuilder entities)
    {
        foreach ((string code, string parent) in Parents)
        {
            entities.Add(Uid(code), parents: [Uid(parent)]);
        }
    }
}
