namespace MedChain.Core.Storage;

/// <summary>What went wrong with stored data.</summary>
public enum StorageFault
{
    /// <summary>A read or write failed: permissions, a full disk, a medium error.</summary>
    Unavailable,

    /// <summary>Stored bytes are not what was written.</summary>
    Corrupt,

    /// <summary>Another process has the folder open.</summary>
    InUse,

    /// <summary>The folder belongs to another network, chain or validator, or has a format this version does not know.</summary>
    Foreign,

    /// <summary>What is asked for was erased by order; nobody can have it any more.</summary>
    Erased,
}

/// <summary>A store could not be opened, read or written. The message names the file, the reason and what to do.</summary>
public sealed class StorageException : Exception
{
    /// <summary>Initializes the exception.</summary>
    /// <param name="fault">The kind of fault.</param>
    /// <param name="message">File, reason, what to do.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public StorageException(StorageFault fault, string message, Exception? innerException = null)
        : base(message, innerException) => Fault = fault;

    /// <summary>Gets the kind of fault.</summary>
    public StorageFault Fault { get; }
}
