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

    private readonly string _path;
    private readonly FileStream _file;
    private readonly List<HistoryPlace> _trials = [];
    private readonly Dictionary<(int Trial, int Fold), SweepConfirmationLine> _confirmed = [];
    private long _onDisk = Stopwatch.GetTimestamp();

    private SweepHistory(string path, FileStream file) => (_path, _file) = (path, file);

    /// <summary>Number of trials that the file held when it was opened.</summary>
    public int Count => _trials.Count;

    /// <summary>One of them, read again: of a thousand trials, their places are in memory.</summary>
    /// <param name="number">Of the trial, from 1.</param>
    /// <exception cref="FormatException">The line is no trial.</exception>
    public SweepTrial Trial(int number)
    {
        HistoryPlace place = _trials[number - 1];
        byte[] line = new byte[place.Length];
        _file.Position = place.From;
        _file.ReadExactly(line);
        _file.Seek(0, SeekOrigin.End);
        return SweepHistoryLine.Trial(_path, place.Line, Parse(place.Line, line));
    }

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
        var history = new SweepHistory(path, file);
        try
        {
            kept = history.Begin(fingerprint, affinity);
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

    /// <summary>
    /// Reads what is there line by line, and cuts off what a kill left of the last one; begins an empty file.
    /// </summary>
    private TaskAffinity? Begin(IReadOnlyList<string> fingerprint, Func<TaskAffinity?, TaskAffinity?> affinity)
    {
        using IEnumerator<(HistoryPlace Place, byte[] Bytes)> lines = HistoryLines.Of(_file).GetEnumerator();
        if (!lines.MoveNext())
            return BeginAnew(fingerprint, affinity);
        JsonObject header = Parse(1, lines.Current.Bytes);
        CheckFingerprint(header, fingerprint);
        long end = lines.Current.Place.End;
        for (; lines.MoveNext(); end = lines.Current.Place.End)
            Take(lines.Current.Place, Parse(lines.Current.Place.Line, lines.Current.Bytes));
        _file.SetLength(end);
        _file.Position = end;
        return affinity(SweepHistoryLine.Affinity(header));
    }

    private TaskAffinity? BeginAnew(IReadOnlyList<string> fingerprint, Func<TaskAffinity?, TaskAffinity?> affinity)
    {
        byte[] bytes = new byte[_file.Length];
        _file.Position = 0;
        _file.ReadExactly(bytes);
        if (bytes.Length > 0 && !SweepHistoryLine.Begins(bytes))
            throw NoHistory();
        _file.SetLength(0);
        TaskAffinity? kept = affinity(null);
        Write(SweepHistoryLine.Header(fingerprint, kept));
        return kept;
    }

    private void Take(HistoryPlace place, JsonObject line)
    {
        if (SweepHistoryLine.IsConfirmation(line))
        {
            SweepConfirmationLine confirmed = SweepHistoryLine.Confirmation(_path, place.Line, line);
            _confirmed[(confirmed.Trial, confirmed.Fold)] = confirmed;
            return;
        }
        // Damage is found before anything is trained.
        SweepHistoryLine.Trial(_path, place.Line, line);
        _trials.Add(place);
    }

    private JsonObject Parse(int number, ReadOnlySpan<byte> line)
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
            $"'{_path}' line {number} is damaged; name another file, or cut the file off before it");
    }

    private void CheckFingerprint(JsonObject header, IReadOnlyList<string> own)
    {
        string[] stored = SweepHistoryLine.Fingerprint(header) ?? throw NoHistory();
        if (FingerprintDifference.Of(stored, own) is { } difference)
            throw new FormatException($"'{_path}' is of another sweep: {difference}; name another file");
    }

    private FormatException NoHistory() => new($"'{_path}' is no history of a sweep; name another file");
}
