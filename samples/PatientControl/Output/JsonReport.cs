using System.Text.Json;

namespace MedChain.Samples.PatientControl.Output;

/// <summary>One JSON object for each scene, one on a line.</summary>
internal sealed class JsonReport(Stream output) : IReport
{
    public void Show(SceneLog log)
    {
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteString("scene", log.Name);
            json.WriteString("title", log.Title);
            json.WriteBoolean("passed", log.Passed);
            json.WriteNumber("seconds", Math.Round(log.Elapsed.TotalSeconds, 3));
            json.WriteStartArray("lines");
            foreach (SceneLine line in log.Lines)
            {
                json.WriteStartObject();
                json.WriteString(line.Holds is null ? "says" : "checks", line.Text);
                if (line.Holds is { } holds)
                {
                    json.WriteBoolean("holds", holds);
                    json.WriteString("expected", line.Expected);
                    json.WriteString("found", line.Found);
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
        output.Flush();
    }
}
