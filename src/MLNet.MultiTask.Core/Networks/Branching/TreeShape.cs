namespace MLNet.MultiTask.Networks;

/// <summary>
/// The sizes of a branching network: in every hidden layer one dense ReLU layer per branch of the tree, with or without
/// layer norm, and on the last ones the heads of their tasks. Parameters are laid out block by block, so that a tree
/// without a split has the layout of <see cref="NetworkShape"/>.
/// </summary>
internal sealed class TreeShape
{
    public TreeShape(int featureCount, IReadOnlyList<int> hidden, TaskTree tree, IReadOnlyList<TaskInfo> tasks,
        bool layerNorm = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(featureCount, 1);
        if (hidden.Count != tree.Levels.Count)
            throw new ArgumentException($"The tree '{tree}' has {tree.Levels.Count} levels; the network has " +
                $"{hidden.Count} hidden layers", nameof(tree));
        if (tree.TaskCount != tasks.Count)
            throw new ArgumentException($"The tree '{tree}' is over {tree.TaskCount} tasks; there are {tasks.Count}",
                nameof(tree));
        (FeatureCount, Hidden, Tree, LayerNorm) = (featureCount, [.. hidden], tree, layerNorm);
        // Checks widths and names, and knows where a task's outputs are.
        Heads = new NetworkShape(new NetworkShape(featureCount, hidden, tasks).Hidden[^1], [], tasks);
        var blocks = new List<TreeBlock>();
        // Where each branch of the level below puts its values.
        List<(TaskGroup Group, int Block, int Column)> sources =
            [(new TaskGroup([.. Enumerable.Range(0, tasks.Count)], []), -1, 0)];
        for (int l = 0; l < hidden.Count; l++)
        {
            List<(TaskGroup, int, int)> branches = [];
            foreach (var (group, source, column) in sources)
            {
                TaskGroup[] children =
                    [.. tree.Levels[l].Groups.Where(g => group.Members.Contains(g.Members[0]))];
                branches.AddRange(children.Select((child, c) => (child, blocks.Count, c * hidden[l])));
                Add(blocks, l, source, column, l == 0 ? featureCount : hidden[l - 1], children.Length * hidden[l], [],
                    layerNorm ? hidden[l] : 0);
            }
            sources = branches;
        }
        foreach (var (group, source, column) in sources)
            Add(blocks, hidden.Count, source, column, hidden[^1], group.Members.Sum(t => tasks[t].OutputCount),
                [.. group.Members], 0);
        Blocks = [.. blocks];
    }

    public int FeatureCount { get; }

    /// <summary>Width of a branch in every hidden layer.</summary>
    public int[] Hidden { get; }

    public TaskTree Tree { get; }

    public bool LayerNorm { get; }

    /// <summary>The tasks and where their outputs are.</summary>
    public NetworkShape Heads { get; }

    /// <summary>Level by level; a block comes after the one it reads.</summary>
    public TreeBlock[] Blocks { get; }

    public int ParameterCount => Blocks[^1].End;

    /// <summary>Parameters below the heads; they come first.</summary>
    public int TrunkParameterCount => Array.Find(Blocks, b => b.IsHead)!.WeightOffset;

    private static void Add(List<TreeBlock> blocks, int level, int parent, int column, int inputs, int outputs,
        int[] tasks, int normWidth)
    {
        int offset = blocks.Count == 0 ? 0 : blocks[^1].End;
        long end = offset + (inputs + (normWidth > 0 ? 3L : 1L)) * outputs;
        if (end > int.MaxValue)
            throw new ArgumentException($"Hidden layer {level} brings the network to {end} parameters; at most " +
                $"{int.MaxValue} are possible");
        blocks.Add(new TreeBlock(level, parent, column, inputs, outputs, offset, tasks, normWidth));
    }
}
