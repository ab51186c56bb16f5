using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using MLNet.MultiTask.Tool;
using MLNet.MultiTask.Tool.Data;

namespace MLNet.MultiTask.Benchmarks.Verbs;

/// <summary>
/// Reads a made-up CSV file as the command does: twelve columns of numbers with four decimals, four of digits, two of
/// texts (300 and 40 different ones), two binary labels.
/// </summary>
internal static class ReadBench
{
    private const int Numbers = 12, Digits = 4, Cities = 300, Shops = 40;

    private static readonly Option<string?> s_file = new("--file")
    {
        HelpName = "FILE",
        Description = "The file to read; made where it does not exist, and kept.",
    };

    public static Command Create(ToolConsole console)
    {
        var verb = new BenchVerb(console, "read",
            "Reads a made-up CSV file into a table; MB/s, peak memory, and the peak over the table's own size.",
            "Rows of the file; 2,640,000 are 300 MB.", 2_640_000, "--rows");
        verb.Command.Options.Add(s_file);
        verb.SetAction((parsed, run) => [Line(parsed.GetValue(s_file), run)]);
        return verb.Command;
    }

    private static JsonObject Line(string? given, BenchRun run)
    {
        string path = given ?? Path.GetTempFileName();
        try
        {
            if (given is null || !File.Exists(path))
                Write(path, run.Steps, run.CancellationToken);
            return Read(path, run.CancellationToken);
        }
        finally
        {
            if (given is null)
                File.Delete(path);
        }
    }

    private static JsonObject Read(string path, CancellationToken cancellationToken)
    {
        var description = new DataDescription
        {
            Path = path,
            Labels = [new LabelColumn("A", TaskKind.Binary), new LabelColumn("B", TaskKind.Binary)],
        };
        using var process = Process.GetCurrentProcess();
        TimeSpan before = process.TotalProcessorTime;
        long started = Stopwatch.GetTimestamp();
        DataSet data = DataSet.Read(description, DataSplit.DefaultSeed, null, cancellationToken);
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        process.Refresh();
        long bytes = new FileInfo(path).Length;
        return new JsonObject
        {
            ["bench"] = "read",
            ["rows"] = data.Split.FileRows.Length,
            ["file_bytes"] = bytes,
            ["seconds"] = Math.Round(seconds, 3),
            ["cpu_seconds"] = Math.Round((process.TotalProcessorTime - before).TotalSeconds, 3),
            ["mb_per_s"] = Math.Round(bytes / 1e6 / seconds, 1),
            ["table_bytes"] = data.Table.ByteCount,
            ["peak_bytes"] = process.PeakWorkingSet64,
            ["peak_per_table"] = Math.Round(process.PeakWorkingSet64 / (double)data.Table.ByteCount, 2),
            ["peak_per_file"] = Math.Round(process.PeakWorkingSet64 / (double)bytes, 2),
        };
    }

    private static void Write(string path, int rows, CancellationToken cancellationToken)
    {
        var random = new RandomStream(1, "read");
        using var file = new StreamWriter(path) { NewLine = "\n" };
        file.WriteLine(string.Join(',', [.. Names("x", Numbers), "city", "shop", .. Names("c", Digits), "A", "B"]));
        for (int row = 0; row < rows; row++)
        {
            if ((row & 4095) == 0)
                cancellationToken.ThrowIfCancellationRequested();
            double sum = 0;
            for (int i = 0; i < Numbers; i++)
            {
                double number = random.NextNormal();
                sum += number;
                file.Write(string.Create(CultureInfo.InvariantCulture, $"{number:F4},"));
            }
            file.Write(string.Create(CultureInfo.InvariantCulture,
                $"city{random.NextInt32(Cities):D3},s{random.NextInt32(Shops):D2},"));
            for (int i = 0; i < Digits; i++)
                file.Write(string.Create(CultureInfo.InvariantCulture, $"{random.NextInt32(10)},"));
            file.WriteLine(sum > 0 ? "1,1" : random.NextInt32(2) == 0 ? "0,1" : "0,0");
        }
    }

    private static IEnumerable<string> Names(string prefix, int count) =>
        Enumerable.Range(0, count).Select(i => string.Create(CultureInfo.InvariantCulture, $"{prefix}{i}"));
}
