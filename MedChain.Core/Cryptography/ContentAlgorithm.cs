namespace MedChain.Core.Cryptography;

/// <summary>How a record's content is encrypted. The numbers are stored: they never change.</summary>
internal enum ContentAlgorithm
{
    /// <summary>No algorithm.</summary>
    None = 0,

    /// <summary>AES-256-GCM (NIST SP 800-38D), tags of 16 bytes.</summary>
    Aes256Gcm = 1,

    /// <summary>AEGIS-256 (draft-irtf-cfrg-aegis-aead), tags of 32 bytes.</summary>
    Aegis256 = 2,

    /// <summary>XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha), tags of 16 bytes.</summary>
    XChaCha20Poly1305 = 3,
}
