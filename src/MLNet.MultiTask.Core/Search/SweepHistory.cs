using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MLNet.MultiTask.Search;

/// <summary>
/// The file of a sweep: a line with the fingerprint and the affinity, then one line per trial, each handed to the
/// system before the next trial begins, so that a killed process loses none; a power cut loses no more than a second's
/// trials. Numbers have full precision. A torn last line is cut off; a file in use, or of another sweep, is refused.
/// </summary>
internal sealed class SweepHistory : IDisposable
{
    private static readonly TimeSpan MostToLose = TimeSpan.FromSeconds(1);

    private readonly FileStream _file;
    private readonly Dictionary<(int Trial, int Fold), SweepConfirmationLine> _confirmed = [];
    private long _onDisk = Stopwatch.GetTimestamp();

    private SweepHistory(FileStream file) => _file = file;

    /// <summary>The trials that the file held when it was opened.</summary>
    public IReadOnlyList<SweepTrial> Trials { get; private set; } = [];

    /// <summary>What the file says of a trial in one of the folds of the choice; null = nothing.</summary>
    public SweepConfirmationLine? Confirmed(int trial, int fold) => _confirmed.GetValueOrDefault((trial, fold));

    /// <summary>Opens or begins the file of a sweep.</summary>
    /// <param name="path">The file; its folder exists.</param>
    /// <param name="fingerprint">Everything that decides the trials, as lines.</param>
    /// <param name="affinity">From the estimate that the file holds, or null, to the one to go on with.</param>
    /// <param name="kept">The estimate to go on with.</param>
    /// <exception cref="IOException">The file is in use, or cannot be written.</exception>
    /// <exception cref="FormatException">It is another sweep's (the difference is named), or no sweep's.</exception>
    public static SweepHistory Open(string path, IReadOnlyList<string> fingerprint,
        Func<TaskAffinity?, TaskAffinity?> affinity, out TaskAffinity? kept)
    {
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or PathTooLongException))
        {
            throw new IOException($"'{path}' is in use by another sweep, or cannot be written: {e.Message}", e);
        }
        var history = new SweepHistory(file);
        try
        {
            List<JsonObject> lines = history.ReadLines(path);
            if (lines.Count > 0)
                CheckFingerprint(path, lines[0], fingerprint);
            kept = affinity(lines.Count > 0 ? SweepHistoryLine.Affinity(lines[0]) : null);
            if (lines.Count == 0)
                history.Write(SweepHistoryLine.Header(fingerprint, kept));
            history.Take(path, lines);
            return history;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Adds what was measured again.</summary>
    public void Add(SweepConfirmationLine line) => Write(SweepHistoryLine.Of(line));

    /// <summary>Adds a trial.</summary>
    public void Add(SweepTrial trial) => Write(SweepHistoryLine.Of(trial));

    public void Dispose()
    {
        _file.Flush(flushToDisk: true);
        _file.Dispose();
    }

    private void Write(JsonObject line)
    {
        _file.Write(Encoding.UTF8.GetBytes(line.ToJsonString() + "\n"));
        bool toDisk = Stopwatch.GetElapsedTime(_onDisk) >= MostToLose;
        _file.Flush(toDisk);
        if (toDisk)
            _onDisk = Stopwatch.GetTimestamp();
    }

    private void Take(string path, List<JsonObject> lines)
    {
        List<SweepTrial> trials = [];
        for (int i = 1; i < lines.Count; i++)
            if (SweepHistoryLine.IsConfirmation(lines[i]))
            {
                SweepConfirmationLine line = SweepHistoryLine.Confirmation(path, i + 1, lines[i]);
                _confirmed[(line.Trial, line.Fold)] = line;
            }
            else
                trials.Add(SweepHistoryLine.Trial(path, i + 1, lines[i]));
        Trials = trials;
    }

    /// <summary>Whole lines; what a kill left of the last one is cut off.</summary>
    private List<JsonObject> ReadLines(string path)
    {
        byte[] bytes = new byte[_file.Length];
        _file.ReadExactly(bytes);
        List<JsonObject> lines = [];
        int from = 0;
        for (int end; (end = Array.IndexOf(bytes, (byte)'\n', from)) >= 0; from = end + 1)
            lines.Add(Parse(path, lines.Count + 1, bytes.AsSpan(from, end - from)));
        if (lines.Count == 0 && bytes.Length > 0 && !SweepHistoryLine.Begins(bytes))
            throw new FormatException($"'{path}' is no history of a sweep; name another file");
        _file.SetLength(from);
        _file.Position = from;
        return lines;
    }

    private static JsonObject Parse(string path, int number, ReadOnlySpan<byte> line)
    {
        try
        {
            var reader = new Utf8JsonReader(line);
            if (JsonNode.Parse(ref reader) is JsonObject json)
                return json;
        }
        catch (JsonException)
        {
        }
        throw new FormatException(
            $"'{path}' line {number} is damaged; name another file, or cut the file off before it");
    }

    private static void CheckFingerprint(string path, JsonObject header, IReadOnlyList<string> own)
    {
        string[] stored = SweepHistoryLine.Fingerprint(header)
            ?? throw new FormatException($"'{path}' is no history of a sweep; name another file");
        string[] differing = [.. Enumerable.Range(0, Math.Max(stored.Length, own.Count))
            .Where(i => stored.ElementAtOrDefault(i) != own.ElementAtOrDefault(i))
            .Select(i => $"it has '{stored.ElementAtOrDefault(i)}', this sweep '{own.ElementAtOrDefault(i)}'")];
        if (differing.Length > 0)
            throw new FormatException(
                $"'{path}' is of another sweep: {string.Join("; ", differing)}; name another file");
    }
}
