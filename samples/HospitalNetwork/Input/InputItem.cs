namespace MedChain.Samples.HospitalNetwork.Input;

/// <summary>What became of one piece of input.</summary>
internal abstract record InputItem
{
    private InputItem()
    {
    }

    /// <summary>A patient who can be taken in.</summary>
    public sealed record Accepted(PatientInput Patient) : InputItem;

    /// <summary>Input that is left out, while the rest goes on.</summary>
    /// <param name="Source">The file, or the line of it.</param>
    /// <param name="Reason">What is wrong.</param>
    public sealed record Problem(string Source, string Reason) : InputItem
    {
        public override string ToString() => $"{Source}: {Reason}";
    }
}
