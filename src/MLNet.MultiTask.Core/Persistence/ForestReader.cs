using MLNet.MultiTask.Trees;

namespace MLNet.MultiTask.Persistence;

/// <summary>Makes a forest of arrays that are not trusted: whatever they say, scoring ends and stays within
/// them.</summary>
internal sealed class ForestReader(IReadOnlyList<Section> sections, ModelFrame frame, int outputs)
{
    private readonly int[] _trees = (int[])sections[3].Data;
    private readonly int[] _nodes = (int[])sections[4].Data;
    private readonly float[] _thresholds = (float[])sections[5].Data;
    private readonly float[] _gains = (float[])sections[6].Data;
    private readonly int[] _slots = (int[])sections[7].Data;
    private readonly int[] _leafCounts = (int[])sections[8].Data;
    private readonly float[] _values = (float[])sections[9].Data;
    private int _node;
    private int _slot;
    private int _leaf;
    private int _value;

    /// <exception cref="FormatException">The arrays are no forest.</exception>
    public BoostedForest Read()
    {
        var trees = new Tree[_trees.Length / 4];
        for (int m = 0; m < trees.Length; m++)
            trees[m] = ReadTree(m, _trees.AsSpan(4 * m, 4));
        ThrowIf(_node != _thresholds.Length || _slot != _slots.Length || _leaf != _leafCounts.Length
            || _value != _values.Length, "The trees do not use all nodes, slots, leaves and values");
        float[] scales = (float[])sections[2].Data;
        ThrowIf(scales.Any(s => s <= 0), "The scale of a target is not positive");
        return new BoostedForest(frame.Tasks, frame.FeatureCount, (float[])sections[0].Data, trees,
            (float[])sections[1].Data, scales);
    }

    private Tree ReadTree(int number, ReadOnlySpan<int> counts)
    {
        (int nodes, int leaves, int first, int width) = (counts[0], counts[1], counts[2], counts[3]);
        ThrowIf(nodes < 0 || leaves != (long)nodes + 1 || first < 0 || width < 1 || first > outputs - width
            || nodes > _thresholds.Length - _node || leaves > _leafCounts.Length - _leaf
            || (long)leaves * width > _values.Length - _value, $"Tree {number} is larger than the arrays");
        var read = new TreeNode[nodes];
        var isLinked = new bool[nodes + leaves];
        for (int n = 0; n < nodes; n++)
        {
            read[n] = ReadNode(number, _node + n);
            Link(number, n, read[n].Left, nodes, leaves, isLinked);
            Link(number, n, read[n].Right, nodes, leaves, isLinked);
        }
        var tree = new Tree(read, _values[_value..(_value + leaves * width)], first, width,
            _gains[_node..(_node + nodes)], _leafCounts[_leaf..(_leaf + leaves)]);
        ThrowIf(tree.LeafCounts.Any(c => c < 1), $"Tree {number} has a leaf without rows");
        (_node, _leaf, _value) = (_node + nodes, _leaf + leaves, _value + leaves * width);
        return tree;
    }

    private TreeNode ReadNode(int tree, int at)
    {
        ReadOnlySpan<int> n = _nodes.AsSpan(5 * at, 5);
        (int feature, int kind, int slots) = (n[0], n[3], n[4]);
        ThrowIf(feature < 0 || feature >= frame.FeatureCount || kind is < 0 or > 2 || slots < 0
            || kind == 2 != slots > 0 || slots > _slots.Length - _slot, $"Tree {tree} has a node that asks nothing");
        int[]? own = kind == 2 ? _slots[_slot..(_slot + slots)] : null;
        ThrowIf(own?.Any(s => s < 0 || s >= frame.FeatureCount) == true,
            $"Tree {tree} has a slot outside the features");
        _slot += slots;
        return new TreeNode(feature, _thresholds[at], kind == 1, n[1], n[2]) { Slots = own };
    }

    /// <summary>Every node but the root, and every leaf, has one parent before it: then it is a tree.</summary>
    private static void Link(int tree, int parent, int child, int nodes, int leaves, bool[] isLinked)
    {
        ThrowIf(child >= 0 ? child <= parent || child >= nodes : ~child >= leaves,
            $"Tree {tree} has a child outside the tree");
        ref bool linked = ref isLinked[child >= 0 ? child : nodes + ~child];
        ThrowIf(linked, $"Tree {tree} has a child of two parents");
        linked = true;
    }

    private static void ThrowIf(bool wrong, string message)
    {
        if (wrong)
            throw new FormatException(message);
    }
}
