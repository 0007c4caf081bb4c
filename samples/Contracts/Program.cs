using MedChain.Samples.Contracts.Conformance;
using MedChain.Samples.Contracts.Deciding;
using MedChain.Samples.Contracts.OnChain;

namespace MedChain.Samples.Contracts;

internal static class Program
{
    public const int Success = 0;
    public const int Disagreement = 1;
    public const int BadInput = 2;

    private const string Help = """
        Decides requests on a patient's data by Cedar policies, and runs a contract with state on a chain.

          dotnet run -c Release --project samples/Contracts               all examples: policies and requests, then the contract
          dotnet run ... -- chain [--contract FILE]                       the contract alone; your own must have the same functions
          dotnet run ... -- decide [--policies FILE] [--requests FILE]    your own
          dotnet run ... -- conformance PATH                              a corpus of Cedar's conformance format: a folder or .tar.gz

        Ends with 0 when all went well, with 1 when a corpus disagrees, with 2 when an input is wrong.
        """;

    public static int Main(string[] arguments) => Run(arguments, Console.Out, Console.Error);

    internal static int Run(string[] arguments, TextWriter output, TextWriter errors)
    {
        try
        {
            switch (arguments)
            {
                case ["--help" or "-h"]:
                    output.WriteLine(Help);
                    return Success;
                case ["conformance", string path]:
                    return ConformanceRun.Run(path, output) ? Success : Disagreement;
                case []:
                    DecideRun.Run([], output);
                    output.WriteLine();
                    return ChainRun.Run([], output);
                case ["chain", .. string[] options]:
                    return ChainRun.Run(options, output);
                case ["decide", .. string[] options]:
                    return DecideRun.Run(options, output);
                default:
                    throw new InputException($"There is no command '{arguments[0]}' of this form. See --help.");
            }
        }
        catch (Exception e) when (e is InputException or IOException or UnauthorizedAccessException or InvalidDataException)
        {
            errors.WriteLine(e.Message);
            return BadInput;
        }
    }
}
