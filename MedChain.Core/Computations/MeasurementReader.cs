using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace MedChain.Core.Computations;

/// <summary>Finds a patient's value of a measurement.</summary>
internal static class MeasurementReader
{
    /// <summary>Reads the value in units of 10^-18.</summary>
    /// <param name="bundle">The patient's record.</param>
    /// <param name="measurement">What to look for.</param>
    /// <param name="value">The value, or <see langword="null"/> if the patient has none.</param>
    /// <param name="reason">Why the record cannot be used.</param>
    /// <returns><see langword="false"/> if the record has a value that is no number or too large a one.</returns>
    public static bool TryRead(
        PatientBundle bundle, Measurement measurement, out Int128? value, [NotNullWhen(false)] out string? reason)
    {
        value = null;
        reason = null;
        if (!TryFind(bundle, measurement, out JsonElement number))
        {
            return true;
        }

        if (number.ValueKind != JsonValueKind.Number)
        {
            reason = $"The last value of {measurement} is no number.";
            return false;
        }

        if (!ExactDecimal.TryParse(JsonMarshal.GetRawUtf8Value(number), out Int128 scaled))
        {
            reason = $"The last value of {measurement} has more than {ExactDecimal.MaxIntegerDigits} digits before the point.";
            return false;
        }

        value = scaled;
        return true;
    }

    private static bool TryFind(PatientBundle bundle, Measurement measurement, out JsonElement number)
    {
        if (measurement.Component is not { } component)
        {
            JsonElement last = bundle.LastObservation(measurement.Code, HasValue);
            return TryGetQuantity(last, out number);
        }

        // The last panel decides, also when it lacks the component: an older panel is no substitute.
        JsonElement panel = bundle.LastObservation(measurement.Code, _ => true);
        number = default;
        if (panel.ValueKind != JsonValueKind.Object
            || !panel.TryGetProperty("component"u8, out JsonElement components)
            || components.ValueKind != JsonValueKind.Array)
        {
            return false;
        }

        foreach (JsonElement part in components.EnumerateArray())
        {
            if (part.ValueKind == JsonValueKind.Object && PatientBundle.IsCoded(part, component))
            {
                return TryGetQuantity(part, out number);
            }
        }

        return false;
    }

    private static bool HasValue(JsonElement observation) => TryGetQuantity(observation, out _);

    private static bool TryGetQuantity(JsonElement element, out JsonElement number)
    {
        number = default;
        return element.ValueKind == JsonValueKind.Object
            && PatientBundle.TryGetObject(element, "valueQuantity"u8, out JsonElement quantity)
            && quantity.TryGetProperty("value"u8, out number);
    }
}
