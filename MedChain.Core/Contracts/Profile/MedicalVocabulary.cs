using System.Collections.Immutable;

namespace MedChain.Core.Contracts.Profile;

/// <summary>The codes that permissions are written with, as trees, each with plain words.</summary>
internal static class MedicalVocabulary
{
    /// <summary>Purposes of use: HL7 v3 ActReason, value set PurposeOfUse.</summary>
    public static ImmutableArray<MedicalTerm> Purposes { get; } =
    [
        new("HMARKT", null, "marketing of health products"),
        new("HOPERAT", null, "running the health service"),
        new("DONAT", "HOPERAT", "organ and tissue donation"),
        new("FRAUD", "HOPERAT", "finding fraud"),
        new("GOV", "HOPERAT", "tasks of the government"),
        new("HACCRED", "HOPERAT", "accreditation of institutions"),
        new("HCOMPL", "HOPERAT", "checking that rules are followed"),
        new("HDECD", "HOPERAT", "affairs of a deceased person"),
        new("HDIRECT", "HOPERAT", "keeping a directory"),
        new("HDM", "HOPERAT", "organising the delivery of care"),
        new("HLEGAL", "HOPERAT", "legal matters"),
        new("HOUTCOMS", "HOPERAT", "measuring the outcome of care"),
        new("HPRGRP", "HOPERAT", "reports of health programmes"),
        new("HQUALIMP", "HOPERAT", "improving the quality of care"),
        new("HSYSADMIN", "HOPERAT", "administration of computer systems"),
        new("LABELING", "HOPERAT", "labelling of data"),
        new("METAMGT", "HOPERAT", "managing facts about data"),
        new("MEMADMIN", "HOPERAT", "administration of members"),
        new("MILCDM", "HOPERAT", "military command"),
        new("PATADMIN", "HOPERAT", "patient administration"),
        new("PATSFTY", "HOPERAT", "patient safety"),
        new("PERFMSR", "HOPERAT", "measuring performance"),
        new("RECORDMGT", "HOPERAT", "managing records"),
        new("SYSDEV", "HOPERAT", "developing computer systems"),
        new("HTEST", "SYSDEV", "testing computer systems"),
        new("TRAIN", "HOPERAT", "training of staff"),
        new("HPAYMT", null, "payment for care"),
        new("CLMATTCH", "HPAYMT", "supporting a claim for payment"),
        new("COVAUTH", "HPAYMT", "authorising payment"),
        new("COVERAGE", "HPAYMT", "insurance coverage"),
        new("ELIGDTRM", "COVERAGE", "determining who may be insured"),
        new("ELIGVER", "COVERAGE", "verifying who is insured"),
        new("ENROLLM", "COVERAGE", "enrolment in an insurance"),
        new("MILDCRG", "COVERAGE", "discharge from military service"),
        new("REMITADV", "HPAYMT", "notes on a payment"),
        new("HRESCH", null, "health research"),
        new("BIORCH", "HRESCH", "biomedical research"),
        new("CLINTRCH", "HRESCH", "clinical trials"),
        new("CLINTRCHNPC", "CLINTRCH", "clinical trials without patient care"),
        new("CLINTRCHPC", "CLINTRCH", "clinical trials with patient care"),
        new("PRECLINTRCH", "CLINTRCH", "preparation of clinical trials"),
        new("DSRCH", "HRESCH", "research on one disease"),
        new("POARCH", "HRESCH", "research on origins and ancestry"),
        new("TRANSRCH", "HRESCH", "bringing research into practice"),
        new("PATRQT", null, "what the patient asked for"),
        new("FAMRQT", "PATRQT", "what the family asked for"),
        new("PWATRNY", "PATRQT", "a power of attorney"),
        new("SUPNWK", "PATRQT", "the patient's support network"),
        new("PUBHLTH", null, "public health"),
        new("DISASTER", "PUBHLTH", "help in a disaster"),
        new("THREAT", "PUBHLTH", "averting a threat"),
        new("TREAT", null, "treatment"),
        new("CAREMGT", "TREAT", "managing care"),
        new("COC", "TREAT", "coordinating care"),
        new("ETREAT", "TREAT", "emergency treatment"),
        new("BTG", "ETREAT", "an emergency in which the glass is broken"),
        new("ERTREAT", "ETREAT", "treatment in an emergency room"),
        new("POPHLTH", "TREAT", "population health"),
    ];

    /// <summary>Categories of records. Chains may use others; these have an order and words.</summary>
    public static ImmutableArray<MedicalTerm> Categories { get; } =
    [
        new("clinical", null, "clinical records"),
        new("allergies", "clinical", "allergies"),
        new("conditions", "clinical", "diagnoses"),
        new("encounters", "clinical", "visits and stays"),
        new("imaging", "clinical", "images such as X-rays"),
        new("immunizations", "clinical", "vaccinations"),
        new("medications", "clinical", "medicines"),
        new("procedures", "clinical", "operations and procedures"),
        new("social-history", "clinical", "living conditions and habits"),
        new("vital-signs", "clinical", "pulse, blood pressure and the like"),
        new("laboratory", null, "laboratory results"),
        new("chemistry", "laboratory", "blood chemistry"),
        new("genomics", "laboratory", "genetic tests"),
        new("haematology", "laboratory", "blood counts"),
        new("microbiology", "laboratory", "tests for germs"),
        new("pathology", "laboratory", "tissue examinations"),
    ];

    /// <summary>Labels of records: levels of HL7 v3 Confidentiality, and sensitivities of HL7 v3 InformationSensitivityPolicy with what
    /// stands above them.</summary>
    public static ImmutableArray<MedicalTerm> Labels { get; } =
    [
        new("U", null, "open to anybody"),
        new("L", null, "hardly confidential"),
        new("M", null, "somewhat confidential"),
        new("N", null, "as confidential as health data is"),
        new("R", null, "more confidential than health data is"),
        new("V", null, "as confidential as anything can be"),
        new("ETH", null, "substance abuse"),
        new("GDIS", null, "genetic disease"),
        new("HIV", null, "HIV and AIDS"),
        new("MST", null, "sexual trauma in military service"),
        new("PREGNANT", null, "pregnancy"),
        new("SCA", null, "sickle cell anaemia"),
        new("SDV", null, "sexual assault, abuse and domestic violence"),
        new("SEX", null, "sexuality and reproductive health"),
        new("STD", null, "sexually transmitted disease"),
        new("TBOO", null, "what the patient is to be told in person first"),
        new("VIO", null, "violence"),
        new("SPI", null, "what law protects in particular"),
        new("BH", "SPI", "behavioural health"),
        new("COGN", "BH", "cognitive disability"),
        new("DVD", "BH", "developmental disability"),
        new("EMOTDIS", "BH", "emotional disturbance"),
        new("MH", "BH", "mental health"),
        new("PSY", "BH", "psychiatric disorder"),
        new("PSYTHPN", "BH", "notes of psychotherapy"),
        new("SUD", "BH", "substance use disorder"),
        new("ETHUD", "SUD", "alcohol use disorder"),
        new("OPIOIDUD", "SUD", "opioid use disorder"),
    ];

    /// <summary>Roles that the example permissions name. Chains may use others.</summary>
    public static ImmutableArray<MedicalTerm> Roles { get; } =
    [
        new("accredited-researcher", null, "accredited researchers"),
        new("emergency-physician", null, "emergency physicians"),
        new("physician", null, "physicians"),
        new("nurse", null, "nurses"),
    ];

    /// <summary>What can be done with data: the operations of computations, and the actions that need no computation.</summary>
    public static ImmutableArray<MedicalTerm> Operations { get; } =
    [
        new("count", null, "counting patients"),
        new("mean", null, "the mean of a measurement"),
        new("histogram", null, "the distribution of a measurement"),
        new("read", null, "reading"),
        new("breakGlass", null, "reading in an emergency"),
    ];

    /// <summary>Plain words for an entity, or its identifier when there are none.</summary>
    public static string WordsFor(EntityUid uid)
    {
        ImmutableArray<MedicalTerm> terms = uid.Type switch
        {
            "Purpose" => Purposes,
            "Category" => Categories,
            "Role" => Roles,
            "Operation" or "Action" => Operations,
            _ => [],
        };
        return terms.FirstOrDefault(term => term.Code == uid.Id)?.Words ?? uid.Id;
    }
}
