using System.Diagnostics;
using MedChain.Core.Clients;
using MedChain.Samples.PatientControl.Output;

namespace MedChain.Samples.PatientControl.Scenes;

/// <summary>One scene: a few steps that a patient or somebody else takes, and checks of what comes of them. Scenes do not need one
/// another.</summary>
internal abstract class Scene
{
    /// <summary>The name for options and JSON.</summary>
    public abstract string Name { get; }

    /// <summary>What it shows.</summary>
    public abstract string Title { get; }

    /// <summary>Plays the scene and shows it.</summary>
    /// <returns>Whether every check holds.</returns>
    public async Task<bool> RunAsync(Stage stage, IReport report)
    {
        var log = new SceneLog(Name, Title);
        var watch = Stopwatch.StartNew();
        try
        {
            await PlayAsync(stage, log);
        }
        catch (Exception e) when (e is RefusedException or InvalidOperationException or ArgumentException or Core.Storage.StorageException)
        {
            log.Expect("the scene is played to its end", "no refusal", e.Message);
        }

        log.Elapsed = watch.Elapsed;
        report.Show(log);
        return log.Passed;
    }

    protected abstract Task PlayAsync(Stage stage, SceneLog log);

    /// <summary>Why a step is refused; "not refused" when it is not.</summary>
    protected static async Task<string> RefusalOfAsync(Func<Task> step)
    {
        try
        {
            await step();
            return "not refused";
        }
        catch (RefusedException e)
        {
            return e.Message;
        }
    }
}
