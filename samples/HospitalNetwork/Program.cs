namespace MedChain.Samples.HospitalNetwork;

internal static class Program
{
    private static int Main() => 0;
}
