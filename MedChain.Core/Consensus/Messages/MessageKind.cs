namespace MedChain.Core.Consensus.Messages;

/// <summary>The kind of a message: the second byte on the wire. Numbers never change their meaning.</summary>
internal enum MessageKind : byte
{
    None = 0,
    Batch = 1,
    FixAck = 2,
    FixCertificate = 3,
    PrePrepare = 4,
    Prepare = 5,
    Commit = 6,
    Seal = 7,
    SealCertificate = 8,
    ViewChange = 9,
    NewView = 10,
    Status = 11,
    FetchBatches = 12,
    BatchesData = 13,
    FetchBlocks = 14,
    BlocksData = 15,
    ForwardedTransactions = 16,
    FetchCheckpoint = 17,
    CheckpointData = 18,
    FetchChunk = 19,
    ChunkData = 20,
}
