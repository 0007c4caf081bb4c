namespace MedChain.Core.Storage.Files;

/// <summary>Turns the errors of the operating system into storage exceptions.</summary>
internal static class DiskFault
{
    // EAGAIN of Linux, EAGAIN of macOS, ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION of Windows: what a held lock looks like.
    private static readonly int[] LockedCodes = [11, 35, unchecked((int)0x80070020), unchecked((int)0x80070021)];

    public static bool IsDiskError(Exception e) => e is IOException or UnauthorizedAccessException;

    public static StorageException From(string path, string action, Exception cause) =>
        cause is IOException && LockedCodes.Contains(cause.HResult)
            ? new StorageException(
                StorageFault.InUse, $"'{path}' is open elsewhere. Stop the other process or close the other store first.", cause)
            : new StorageException(
                StorageFault.Unavailable,
                $"Cannot {action} '{path}': {cause.Message} Check permissions, free space and the medium.",
                cause);

    public static void Guard(string path, string action, Action operation)
    {
        try
        {
            operation();
        }
        catch (Exception e) when (IsDiskError(e))
        {
            throw From(path, action, e);
        }
    }

    public static T Guard<T>(string path, string action, Func<T> operation)
    {
        try
        {
            return operation();
        }
        catch (Exception e) when (IsDiskError(e))
        {
            throw From(path, action, e);
        }
    }
}
