namespace MLNet.MultiTask.Tool;

/// <summary>Where a verb writes: results to <paramref name="output"/>, progress and notes to <paramref name="error"/>.</summary>
internal sealed class ToolConsole(TextWriter output, TextWriter error)
{
    /// <summary>Results.</summary>
    public TextWriter Output { get; } = output;

    /// <summary>Progress, notes and errors.</summary>
    public TextWriter Error { get; } = error;
}
