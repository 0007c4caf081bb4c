using MedChain.Core;
using MedChain.Core.Clients;
using MedChain.Core.Contracts.Profile;

namespace MedChain.Samples.AuditVerifier;

/// <summary>Makes an audit file: a patient on a chain of four validators in this process, with generated data.</summary>
internal static class Example
{
    public static async Task<byte[]> MakeAsync()
    {
        await using MedChainNetwork network = await MedChainNetwork.StartAsync(new MedChainNetworkOptions { AccountChains = ["clinic"] });
        AccountChainClient clinic = network.Accounts["clinic"];
        using Patient patient = await clinic.RegisterPatientAsync("room 12");
        using Practitioner doctor = await clinic.RegisterPractitionerAsync("doctor");
        await patient.StoreAsync("{\"resourceType\":\"Bundle\"}"u8.ToArray(), "laboratory", ["PSY"]);
        await doctor.ReadAsync(patient.Id, "laboratory", "TREAT");
        await patient.ChooseAsync(
            GrantTemplates.TreatmentByOrganization,
            new GrantParameters { Organization = "clinic", Category = "laboratory", Until = DateTimeOffset.UtcNow.AddDays(7) });
        await doctor.ReadAsync(patient.Id, "laboratory", "TREAT", "ward round");
        using var file = new MemoryStream();
        await patient.ExportAuditAsync(file);
        return file.ToArray();
    }
}
