using System.Collections.Immutable;
using MedChain.Core.Contracts;
using MedChain.Core.Contracts.Profile;
using NUnit.Framework;

namespace MedChain.Core.Tests.Contracts.Programs;

/// <summary>A small contract to try things on, in a store.</summary>
internal sealed class StudyRegister
{
    public const string Text = """
        contract StudyRegister {
          state seats: Map<Patient, datetime>;
          state max: Long = 3;
          state used: Long = 0;
          event Enrolled(who: Patient, at: datetime);

          fn enrol(who: Patient) requires principal is Patient && principal == who && used < max {
            if seats has who { fail "already enrolled"; }
            seats[who] = context.now;
            used += 1;
            emit Enrolled(who, context.now);
          }

          fn leave() requires principal is Patient {
            if !(seats has principal) { fail "not enrolled"; }
            delete seats[principal];
            used -= 1;
          }

          view fn isEnrolled(who: Patient): Bool { return seats has who; }

          view fn since(who: Patient): datetime { return seats[who]; }

          view fn before(time: datetime): Long {
            let count = 0;
            for who in seats {
              if seats[who] < time { count += 1; }
            }
            return count;
          }
        }
        """;

    private readonly ContractStore _store = new();

    public StudyRegister()
        : this(Text)
    {
    }

    public StudyRegister(string text, params string[] others)
    {
        foreach (string other in others)
        {
            _store.Deploy(Compile(other));
        }

        Address = _store.Deploy(Compile(text));
    }

    public EntityUid Address { get; }

    public static ContractCode Compile(string text)
    {
        ContractCompilation compilation = ContractVm.CompileContract(text, MedicalSchema.Default);
        Assert.That(compilation.Error, Is.Null);
        return compilation.Contract!;
    }

    public static EntityUid Patient(string id) => new("Patient", id);

    public static CedarValue Of(EntityUid uid) => new EntityValue(uid);

    public ContractReceipt Call(EntityUid caller, string function, params ImmutableArray<CedarValue> arguments) =>
        _store.Call(Invocation(caller, function, arguments));

    public ContractReceipt Call(ContractInvocation invocation) => _store.Call(invocation);

    public CedarValue? View(string function, params ImmutableArray<CedarValue> arguments)
    {
        ContractReceipt receipt = _store.View(Invocation(Patient("nobody"), function, arguments));
        Assert.That(receipt.Failure, Is.Null);
        return receipt.Result;
    }

    public ContractReceipt TryView(string function, params ImmutableArray<CedarValue> arguments) =>
        _store.View(Invocation(Patient("nobody"), function, arguments));

    public ContractInvocation Invocation(EntityUid caller, string function, ImmutableArray<CedarValue> arguments, long time = 1_000) =>
        new(Address, function, arguments, caller, time, Height: 7);
}
