namespace MedChain.Core.Storage.Files;

/// <summary>What a record of a consensus log is to the log itself.</summary>
internal enum LogRecordType
{
    /// <summary>None: such a record is damaged.</summary>
    None = 0,

    /// <summary>A caller's record.</summary>
    Data = 1,

    /// <summary>Names a stream number: the payload is its name in UTF-8.</summary>
    Stream = 2,

    /// <summary>A pinned record repeated at the start of a segment, so that older segments can go.</summary>
    Carried = 3,
}
