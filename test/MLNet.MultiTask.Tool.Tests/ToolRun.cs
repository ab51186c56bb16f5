namespace MLNet.MultiTask.Tool.Tests;

/// <summary>One run of the tool inside the test process, with everything it said.</summary>
internal sealed record ToolRun(int ExitCode, string Output, string Error)
{
    public static async Task<ToolRun> Of(params string[] args) => await Of(CancellationToken.None, args);

    public static async Task<ToolRun> Of(CancellationToken cancellationToken, params string[] args)
    {
        using StringWriter output = new(), error = new();
        int code = await ToolApplication.RunAsync(args, output, error, cancellationToken);
        return new ToolRun(code, output.ToString(), error.ToString());
    }

    public void AssertOk() => Assert.AreEqual(Tool.ExitCode.Ok, ExitCode, Error);

    /// <summary>
    /// Exit code 2 and one line that says the message, besides notes, warnings and what was being done.
    /// </summary>
    public void AssertBadInput(string message)
    {
        Assert.AreEqual(Tool.ExitCode.BadInput, ExitCode, Error);
        string[] lines = [.. Error.TrimEnd('\n').Split('\n')
            .Where(l => !l.StartsWith("Note: ", StringComparison.Ordinal)
            && !l.StartsWith("Warning: ", StringComparison.Ordinal)
            && !l.EndsWith(" …", StringComparison.Ordinal))];
        Assert.HasCount(1, lines, Error);
        StringAssert.Contains(lines[0], message, StringComparison.Ordinal);
    }
}
