using System.Runtime.InteropServices;

namespace MedChain.Core.Storage.Files;

/// <summary>fsync of a folder, which makes created, renamed and deleted names durable. .NET cannot open a folder, so libc is called.
/// Windows has no such call and orders these operations in its journal.</summary>
internal static partial class FolderFlush
{
    // O_RDONLY and EACCES have these values on Linux and macOS.
    private const int ReadOnly = 0;
    private const int AccessDenied = 13;

    /// <param name="folder">An existing folder.</param>
    /// <param name="skipUnreadable">Do nothing, instead of failing, for a folder that this user may not open.</param>
    public static void Flush(string folder, bool skipUnreadable = false)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        int descriptor = Open(folder, ReadOnly);
        if (descriptor < 0)
        {
            if (skipUnreadable && Marshal.GetLastPInvokeError() == AccessDenied)
            {
                return;
            }

            throw Error(folder);
        }

        try
        {
            if (Fsync(descriptor) != 0)
            {
                throw Error(folder);
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static IOException Error(string folder)
    {
        int code = Marshal.GetLastPInvokeError();
        return new IOException($"{Marshal.GetPInvokeErrorMessage(code)} (error {code}) for the folder '{folder}'.");
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int descriptor);
}
