using MLNet.MultiTask.Training;

namespace MLNet.MultiTask.Trees;

/// <summary>A forest after some rounds: its trees, from which outputs and stopping follow again.</summary>
internal sealed record ForestState(string Fingerprint, IReadOnlyList<Tree> Trees,
    IReadOnlyList<TrainingProgress> Rounds)
{
    private const string Magic = "MTFORE01";

    public void Write(Stream stream) => SealedState.Write(stream, Magic, writer =>
    {
        writer.Write(Fingerprint);
        writer.WriteProgress(Rounds);
        writer.Write(Trees.Count);
        foreach (Tree tree in Trees)
        {
            writer.Write(tree.FirstOutput);
            writer.Write(tree.OutputCount);
            writer.Write(tree.Nodes.Length);
            foreach (TreeNode node in tree.Nodes)
            {
                writer.WriteArray<int>([node.Feature, node.MissingLeft ? 1 : 0, node.Left, node.Right]);
                writer.Write(node.Threshold);
                writer.Write(node.Slots is not null);
                writer.WriteArray<int>(node.Slots ?? []);
            }
            writer.WriteArray<float>(tree.Values);
            writer.WriteArray<float>(tree.Gains);
            writer.WriteArray<int>(tree.LeafCounts);
        }
    });

    /// <exception cref="FormatException">The stream holds no such state, or a damaged one.</exception>
    public static ForestState Read(Stream stream)
    {
        using BinaryReader reader = SealedState.Open(stream, Magic, "a forest");
        string fingerprint = reader.ReadString();
        TrainingProgress[] rounds = reader.ReadProgress();
        var trees = new Tree[reader.ReadInt32()];
        for (int m = 0; m < trees.Length; m++)
        {
            (int first, int outputs) = (reader.ReadInt32(), reader.ReadInt32());
            var nodes = new TreeNode[reader.ReadInt32()];
            for (int n = 0; n < nodes.Length; n++)
            {
                int[] own = reader.ReadArray<int>();
                float threshold = reader.ReadSingle();
                bool category = reader.ReadBoolean();
                int[] slots = reader.ReadArray<int>();
                nodes[n] = new TreeNode(own[0], threshold, own[1] == 1, own[2], own[3])
                {
                    Slots = category ? slots : null,
                };
            }
            trees[m] = new Tree(nodes, reader.ReadArray<float>(), first, outputs, reader.ReadArray<float>(),
                reader.ReadArray<int>());
        }
        return new ForestState(fingerprint, trees, rounds);
    }
}
