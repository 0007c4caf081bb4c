using System.Globalization;

namespace MedChain.Samples.PatientControl.Output;

/// <summary>Scenes in words.</summary>
internal sealed class TextReport(TextWriter output) : IReport
{
    private int _number;

    public void Show(SceneLog log)
    {
        _number++;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{_number}. {log.Title} ({log.Name}, {log.Elapsed.TotalSeconds:0.0} s)"));
        foreach (SceneLine line in log.Lines)
        {
            output.WriteLine(line.Holds switch
            {
                null => $"   {line.Text}",
                true => $"   ok     {line.Text}{(line.Found == bool.TrueString ? "" : $": {line.Found}")}",
                false => $"   WRONG  {line.Text}: expected {line.Expected}, found {line.Found}",
            });
        }

        output.WriteLine();
    }
}
