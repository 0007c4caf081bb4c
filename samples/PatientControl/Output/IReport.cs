namespace MedChain.Samples.PatientControl.Output;

/// <summary>Where scenes are shown.</summary>
internal interface IReport
{
    /// <summary>Shows a scene that is over.</summary>
    void Show(SceneLog log);
}
