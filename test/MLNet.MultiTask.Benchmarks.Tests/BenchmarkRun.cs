using MLNet.MultiTask.Tool.Tests;

namespace MLNet.MultiTask.Benchmarks.Tests;

/// <summary>One run of a measuring command inside the test process.</summary>
internal static class BenchmarkRun
{
    public static async Task<ToolRun> Of(params string[] args)
    {
        using StringWriter output = new(), error = new();
        int code = await BenchmarkApplication.RunAsync(args, output, error);
        return new ToolRun(code, output.ToString(), error.ToString());
    }
}
