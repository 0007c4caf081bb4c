using System.Collections.Immutable;
using MedChain.Core.Ledger.Accounts.Grants;
using MedChain.Core.Ledger.Accounts.Records;
using MedChain.Core.Primitives;

namespace MedChain.Core.Ledger.Accounts;

/// <summary>What is asked of a patient's permissions.</summary>
/// <param name="Principal">Who asks.</param>
/// <param name="Kind">What the asker is.</param>
/// <param name="Roles">The asker's roles.</param>
/// <param name="Action">Cedar action.</param>
/// <param name="Purpose">Purpose of use.</param>
/// <param name="Category">Category of the records wanted.</param>
/// <param name="Justification">Free text, or empty.</param>
/// <param name="Operation">The computation's operation, or empty when records are read.</param>
/// <param name="Cohort">The cohort committed for a computation; 0 without one.</param>
/// <param name="OpenReviews">How many emergency accesses of the asker wait for review.</param>
internal sealed record PermissionQuestion(
    AccountId Principal,
    AccountKind Kind,
    ImmutableArray<string> Roles,
    string Action,
    string Purpose,
    string Category,
    string Justification,
    string Operation = "",
    long Cohort = 0,
    long OpenReviews = 0)
{
    /// <summary>The one record that is asked for, also a superseded one; zero for the newest of the category.</summary>
    public Digest Record { get; init; }

    /// <summary>Whether the asker is a guardian of the patient who may read at present.</summary>
    public bool ActsForPatient { get; init; }

    /// <summary>Whether the question is about a record. The category of one that is named does not matter.</summary>
    public bool IsAbout(Digest record, RecordEntry entry) => Record.IsZero ? entry.IsCurrent : record == Record;
}

/// <summary>A record that a question is about.</summary>
/// <param name="Record">The record.</param>
/// <param name="Entry">What the state knows of it.</param>
/// <param name="Description">What policies see of it.</param>
internal readonly record struct AskedRecord(Digest Record, RecordEntry Entry, RecordDescription Description)
{
    /// <summary>The record with the commitments that its reader checks.</summary>
    public PermittedRecord ToPermitted() => new(Record, Entry.ContentRoot, Entry.Manifest, Entry.KeyHeader);
}

/// <summary>What a patient's permissions say.</summary>
/// <param name="Outcome">Permit, or why not.</param>
/// <param name="Grants">The grant that permits, and those above it that it passes on; none without one.</param>
/// <param name="Records">The records that are permitted.</param>
internal sealed record PatientDecision(DecisionOutcome Outcome, ImmutableArray<GrantUse> Grants, ImmutableArray<PermittedRecord> Records)
{
    /// <summary>What the decision followed from; <see langword="null"/> when the patient's permissions were not asked.</summary>
    public DecisionBasis? Basis { get; init; }

    /// <summary>What the policies oblige to that permit (<c>@audit</c>), sorted.</summary>
    public ImmutableArray<string> Duties { get; init; } = [];

    /// <summary>The grant that permits; zero without one.</summary>
    public Digest Grant => Grants.IsEmpty ? default : Grants[0].Grant;

    /// <summary>The version of that grant; zero without one.</summary>
    public int Version => Grants.IsEmpty ? 0 : Grants[0].Version;

    /// <summary>Whether that grant counts its uses.</summary>
    public bool Consumes => !Grants.IsEmpty && Grants[0].Consumes;

    public static PatientDecision Denied(DecisionOutcome outcome) => new(outcome, [], []);
}
