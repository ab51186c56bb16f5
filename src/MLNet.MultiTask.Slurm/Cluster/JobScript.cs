using System.Globalization;
using System.Text;

namespace MLNet.MultiTask.Slurm.Cluster;

/// <summary>What an array of jobs runs: its place in the list says which trial.</summary>
internal static class JobScript
{
    public static string Of(IReadOnlyList<string> command, IReadOnlyList<(string Trial, string Result)> trials)
    {
        var script = new StringBuilder("#!/bin/sh\ncase $SLURM_ARRAY_TASK_ID in\n");
        for (int i = 0; i < trials.Count; i++)
            script.Append(CultureInfo.InvariantCulture,
                $"{i}) set -- --trial {Quote(trials[i].Trial)} --result {Quote(trials[i].Result)} ;;\n");
        return script.Append("esac\nexec ").AppendJoin(' ', command.Select(Quote)).Append(" \"$@\"\n").ToString();
    }

    private static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
