namespace MedChain.Benchmarks.CommandLine;

/// <summary>The help text.</summary>
internal static class Usage
{
    private const string Text = """
        Usage: dotnet run -c Release --project MedChain.Benchmarks -- <measurement> [options]

        micro                  Single operations, by BenchmarkDotNet in this process.
          --filter PATTERN     Only those whose full name matches, such as '*Signature*'. Default all.
          --full               BenchmarkDotNet's default job instead of its short one.

        consensus              Committed transactions per second of validators in this process, under closed-loop load. Options
                               marked * take lists such as 1,4,7: one row for every combination.
          --validators N *     1 to 64. Default 4.
          --payload BYTES *    Size of a transaction, 8 to 131072; at least 104 when signed. Default 512.
          --outstanding N *    Transactions on their way at once, over all validators, 1 to 100000. Default 400.
          --signatures MODE *  off: transactions carry no signature. each: every validator verifies it.
                               vouched: a quorum verifies it. once: verified once in the process. Default off.
          --window N *         Slots voted on at the same time, 1 to 64. Default that of CbftLimits, as for the next two.
          --batch-delay MS     How long a transaction waits for others while batches are under way, 0 to 1000.
          --cut-delay MS       How long a leader with slots under way waits for more lanes, 0 to 1000.
          --durable DIR        Logs and blocks in a new folder in DIR, which is deleted afterwards. Default in memory.
          --storage MODE *     memory, log (blocks stay in memory) or durable (both). Default memory, or durable with --durable DIR.
          --matrix             The defaults become 1,4,7,16 validators; 256,512,1024 bytes; 1,400,2000 outstanding; off,each,once;
                               and with --durable DIR memory,durable.
          --no-cache           Every validator verifies every vote itself, as validators of different owners do.
          --seconds N          Measured time of one run, 1 to 600. Default 5.
          --warmup N           Time before it that does not count, 1 to 600. Default 4.
          --repeat N           Runs, of which the median counts, 1 to 99. Default 3.
          --output FILE        Writes what is printed to a file too, as Markdown.

        leader-stop            Time from the stop of the leader to a new view, and from there until the backlog is sealed. Options as
                               for consensus; the leader is stopped after --warmup.

        end-to-end             Records stored per second on one account chain of a whole network in this process.
          --validators N       1 to 64. Default 4.
          --patients N         Patients who store at the same time, 1 to 1000. Default 16.
          --record BYTES       Size of a record, 1 to 16777216. Default 65536.
          --seconds N          Measured time of one run, 1 to 600. Default 5.
          --warmup N           Time before it that does not count, 1 to 600. Default 4.
          --repeat N           Runs, of which the median counts, 1 to 99. Default 3.

        records                Storing and reading one record against its cipher and hash alone, without a chain.
          --record BYTES *     Size of the record, 1 to 268435456. Default 65536,1048576,16777216.
          --count N            How many times each, 1 to 1000000. Default 200.
          --durable DIR        Also in files, in a new folder in DIR, which is deleted afterwards.

        task                   One computing task over a cohort, from the submission to the acknowledged record, and its phases.
          --validators N       Of each chain, 1 to 64. Default 4.
          --patients N         2 to 50000. Default 1000.
          --record BYTES       Size of a record, 256 to 16777216. Default 4096.
          --repeat N           Tasks, of which the median counts, 1 to 99. Default 3.

        custody                Time to release and restore a record's key, and to erase a record with a quorum of receipts.
          --validators N *     1 to 64. Default 4,7,16.
          --releases N         1 to 100000. Default 200.
          --erasures N         0 to 1000. Default 20.

        contracts              Decisions by bytecode, compilation, and nanoseconds for each unit of gas by opcode; fails when an
                               opcode takes more than three times the median of all.
          --decisions          Decisions and compilation only.
          --gas                Opcodes only.

        fuzz-modules           Verifies and executes mutated modules; stops at the first thing that must not happen.
          --minutes M          How long, 1 to 100000. Default 1.
          --count N            How many instead.
          --seed S             Of the mutations. Default 1.

        fuzz-policies          Mutated policies as text and as JSON, schemas, entities and contexts: nothing throws, limits hold, what
                               parses prints and reads back, what fits the schema never fails by a wrong type, and both evaluators
                               agree.
          --count N            Texts. Default 100000, or no end with --minutes.
          --minutes M          1 to 10000.
          --seed S             Default 1.

        Exit codes: 0 measured, 1 a measurement failed, 2 the command line is wrong.
        """;

    public static int Print()
    {
        Console.WriteLine(Text);
        return ExitCode.Success;
    }
}
