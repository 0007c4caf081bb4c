namespace MedChain.Core.Fhir;

/// <summary>A part of a Consent that a policy cannot say as it stands.</summary>
/// <param name="Path">Its place in the JSON, such as <c>Consent.provision.actor[0]</c>.</param>
/// <param name="Message">What is not expressed. Permits are the narrower for it and denies the broader.</param>
public sealed record ConsentLimitation(string Path, string Message)
{
    /// <summary>The place and the message.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => $"{Path}: {Message}";
}
