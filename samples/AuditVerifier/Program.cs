using MedChain.Core.Clients;
using MedChain.Core.Primitives;

namespace MedChain.Samples.AuditVerifier;

internal static class Program
{
    private const int Proved = 0;
    private const int NotProved = 1;
    private const int BadInput = 2;

    private const string Help = """
        Checks a patient's audit trail in a file, without a chain and without a network.

          dotnet run -c Release --project samples/AuditVerifier                     makes an example in memory and checks it
          dotnet run ... -- FILE [--chain ID] [--json | --fhir]                     checks a file; ID is the chain it must be of
          dotnet run ... -- --demo FILE                                             writes the example into a file

        With --fhir the proved entries are written as FHIR R4 AuditEvents and Provenances.
        Ends with 0 only when every entry is proved, with 1 when one is not, with 2 when an input is wrong.
        """;

    private enum Form
    {
        Text,
        Json,
        Fhir,
    }

    private static int Main(string[] arguments)
    {
        try
        {
            switch (arguments)
            {
                case ["--help" or "-h"]:
                    Console.Out.WriteLine(Help);
                    return Proved;
                case ["--demo", string file]:
                    File.WriteAllBytes(file, Example.MakeAsync().GetAwaiter().GetResult());
                    return Proved;
                case []:
                    return Check(Example.MakeAsync().GetAwaiter().GetResult(), null, Form.Text);
                default:
                    return CheckFile(arguments);
            }
        }
        catch (Exception e) when (e is ArgumentException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(e.Message);
            return BadInput;
        }
    }

    private static int CheckFile(string[] arguments)
    {
        string? file = null;
        ChainId? chain = null;
        Form form = Form.Text;
        for (int i = 0; i < arguments.Length; i++)
        {
            if (arguments[i] is "--json" or "--fhir")
            {
                form = arguments[i] == "--json" ? Form.Json : Form.Fhir;
            }
            else if (arguments[i] == "--chain" && i + 1 < arguments.Length && Digest.TryParse(arguments[i + 1], out Digest id))
            {
                chain = new ChainId(id);
                i++;
            }
            else if (file is null && !arguments[i].StartsWith('-'))
            {
                file = arguments[i];
            }
            else
            {
                throw new ArgumentException($"'{arguments[i]}' cannot be used here; --chain takes 64 hexadecimal digits. See --help.");
            }
        }

        var info = new FileInfo(file ?? throw new ArgumentException("Name the file to check. See --help."));
        return info.Exists && info.Length > AuditFile.MaxBytes
            ? throw new ArgumentException($"{file} has {info.Length} bytes; an audit file has at most {AuditFile.MaxBytes}.")
            : Check(File.ReadAllBytes(file), chain, form);
    }

    private static int Check(byte[] file, ChainId? chain, Form form)
    {
        AuditVerdict verdict = AuditFile.Verify(file, chain);
        using Stream output = Console.OpenStandardOutput();
        switch (form)
        {
            case Form.Json:
                Report.WriteJson(verdict, output);
                break;
            case Form.Fhir when verdict.Problem is null:
                output.Write(AuditFhir.Write(verdict));
                break;
            default:
                Report.Write(verdict, Console.Out);
                break;
        }

        return verdict.IsProved ? Proved : NotProved;
    }
}
