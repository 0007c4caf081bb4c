using System.Diagnostics.CodeAnalysis;
using MedChain.Core.Contracts.Cedar.Syntax;

namespace MedChain.Core.Contracts.Building;

/// <summary>What conditions can speak about, by the schema of a MedChain network: the request's context, the record, and a clinician who
/// asks.</summary>
[SuppressMessage("Performance", "CA1822", Justification = "Authors write c.Cohort; there is one instance.")]
public sealed class PolicyTerms
{
    private PolicyTerms()
    {
    }

    /// <summary>Gets the time of the block.</summary>
    public TimeTerm Now => new(Context("now"));

    /// <summary>Gets the purpose of use.</summary>
    public EntityTerm Purpose => new(Context("purpose"));

    /// <summary>Gets the computation's operation, or the action where nothing is computed.</summary>
    public EntityTerm Operation => new(Context("operation"));

    /// <summary>Gets the number of patients in the computation; 0 where nothing is computed.</summary>
    public NumberTerm Cohort => new(Context("cohort"));

    /// <summary>Gets how often the grant was used.</summary>
    public NumberTerm Uses => new(new Expression.GetAttribute(Context("grant"), "uses"));

    /// <summary>Gets whether the patient took the grant back.</summary>
    public TruthTerm Revoked => new(new Expression.GetAttribute(Context("grant"), "revoked"));

    /// <summary>Gets the reason that the asker wrote.</summary>
    public TextTerm Justification => new(Context("justification"));

    /// <summary>Gets the patient whose data it is.</summary>
    public EntityTerm Patient => new(Resource("patient"));

    /// <summary>Gets the record's labels.</summary>
    public LabelsTerm Labels => new(Resource("labels"));

    /// <summary>Gets when the record was collected.</summary>
    public TimeTerm Collected => new(Resource("collected"));

    /// <summary>Gets how many emergency accesses of the clinician wait for review. Only where the principal is a clinician.</summary>
    public NumberTerm OpenReviews => new(
        new Expression.GetAttribute(new Expression.Variable(PolicyTerm.Nowhere, RequestVariable.Principal), "openReviews"));

    internal static PolicyTerms Instance { get; } = new();

    private static Expression.GetAttribute Context(string name) =>
        new(new Expression.Variable(PolicyTerm.Nowhere, RequestVariable.Context), name);

    private static Expression.GetAttribute Resource(string name) =>
        new(new Expression.Variable(PolicyTerm.Nowhere, RequestVariable.Resource), name);
}
