using MLNet.MultiTask.Onnx.Graph;
using MLNet.MultiTask.Trees;

namespace MLNet.MultiTask.Onnx.Models;

/// <summary>Collects trees as the attributes of a TreeEnsembleRegressor.</summary>
internal sealed class TreeEnsemble(int featureCount)
{
    private readonly List<long> _treeIds = [], _nodeIds = [], _features = [], _trues = [], _falses = [];
    private readonly List<long> _missingTrue = [];
    private readonly List<long> _targetTrees = [], _targetNodes = [], _targets = [];
    private readonly List<float> _thresholds = [], _weights = [];
    private readonly List<string> _modes = [];
    private int _trees, _categories;

    public bool IsEmpty => _trees == 0;

    public void Add(Tree tree)
    {
        int inner = tree.Nodes.Length;
        foreach (TreeNode node in tree.Nodes)
            // A category's column is 1 where the row goes left, so the question "at most a half?" sends it right.
            if (node.Slots is not null)
                Node(featureCount + _categories++, 0.5f, "BRANCH_LEQ", Place(node.Right), Place(node.Left), false);
            else
                Node(node.Feature, node.Threshold, "BRANCH_LEQ", Place(node.Left), Place(node.Right), node.MissingLeft);
        for (int leaf = 0; leaf < tree.LeafCounts.Length; leaf++)
        {
            Span<float> values = tree.Leaf(leaf);
            for (int k = 0; k < values.Length; k++)
            {
                _targetTrees.Add(_trees);
                _targetNodes.Add(inner + leaf);
                _targets.Add(tree.FirstOutput + k);
                _weights.Add(values[k]);
            }
            Node(0, 0, "LEAF", 0, 0, false);
        }
        _trees++;

        // Leaves come behind the questions.
        int Place(int child) => child >= 0 ? child : inner + ~child;

        void Node(int feature, float threshold, string mode, int whenTrue, int whenFalse, bool missingTrue)
        {
            _treeIds.Add(_trees);
            _nodeIds.Add(_nodeIds.Count > 0 && _treeIds.Count > 1 && _treeIds[^2] == _trees ? _nodeIds[^1] + 1 : 0);
            _features.Add(feature);
            _thresholds.Add(threshold);
            _modes.Add(mode);
            _trues.Add(whenTrue);
            _falses.Add(whenFalse);
            _missingTrue.Add(missingTrue ? 1 : 0);
        }
    }

    /// <summary>All attributes; <paramref name="start"/> is what the trees are added to.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Attributes(float[] start) =>
    [
        OnnxAttribute.Of("n_targets", start.Length), OnnxAttribute.Of("base_values", start),
        OnnxAttribute.Of("aggregate_function", "SUM"), OnnxAttribute.Of("post_transform", "NONE"),
        OnnxAttribute.Of("nodes_treeids", _treeIds), OnnxAttribute.Of("nodes_nodeids", _nodeIds),
        OnnxAttribute.Of("nodes_featureids", _features), OnnxAttribute.Of("nodes_values", _thresholds),
        OnnxAttribute.Of("nodes_modes", _modes), OnnxAttribute.Of("nodes_truenodeids", _trues),
        OnnxAttribute.Of("nodes_falsenodeids", _falses),
        OnnxAttribute.Of("nodes_missing_value_tracks_true", _missingTrue),
        OnnxAttribute.Of("target_treeids", _targetTrees), OnnxAttribute.Of("target_nodeids", _targetNodes),
        OnnxAttribute.Of("target_ids", _targets), OnnxAttribute.Of("target_weights", _weights),
    ];
}
