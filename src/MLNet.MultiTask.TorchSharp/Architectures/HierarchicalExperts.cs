using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.MultiTask.Torch;

/// <summary>
/// <c>home(groups=0,1|2,3; shared=2; group-experts=2; own=2; hidden=32; meta=16; rank=8)</c>: hierarchy of experts
/// (Wang et al., "HoME: Hierarchy of multi-gate experts", 2024). First level: experts of all and of each group give
/// z_all and z_g. Second level, per task: every expert sees u = [z_all; z_g] through a gate of its own; a softmax gate
/// mixes the experts of all, of the task's group and its own, and a self-gate adds the task's own ones once more. Norms
/// are over a layer, where the paper's are over a batch. Without <c>groups</c> all tasks are one group; a task is of
/// the group that serves it.
/// </summary>
internal sealed class HierarchicalExperts : TaskArchitecture
{
    private readonly Tensor _groupOf, _hidden;
    private readonly int _groups, _shared, _perGroup, _own;
    private readonly NormalizedExperts _meta, _sharedExperts, _groupExperts, _ownExperts;
    private readonly LinearBank _metaGates, _gates, _selfGates;

    public HierarchicalExperts(ArchitectureContext context) : base(context, context.Widths("hidden", 32)[^1])
    {
        TaskGrouping groups = context.Grouping("groups") ?? TaskGrouping.All(context.Tasks.Count);
        _groups = groups.Count;
        _groupOf = tensor([.. groups.ToAssignment().Select(g => (long)g)], [context.Tasks.Count])
            .DetachFromDisposeScope();
        _shared = context.Integer("shared", 2, 1, 1024);
        _perGroup = context.Integer("group-experts", 2, 1, 1024);
        _own = context.Integer("own", 2, 1, 1024);
        int meta = context.Integer("meta", 16), rank = context.Integer("rank", 8);
        IReadOnlyList<int> widths = context.Widths("hidden", 32);
        string[] all = ["all"], tasks = [.. context.Tasks.Select(t => t.Name)];
        string[] names = [.. Enumerable.Range(0, _groups).Select(g => $"group/{g}")];
        string[] metaExperts = [.. Names("meta", all, _shared), .. Names("meta", names, _perGroup)];

        _meta = new NormalizedExperts(context, metaExperts, context.FeatureCount, [meta]);
        _metaGates = new LinearBank(context, [.. all.Concat(names).Select(o => $"meta-gate/{o}")], context.FeatureCount,
            metaExperts.Length);
        _sharedExperts = new NormalizedExperts(context, Names("expert", all, _shared), 2 * meta, widths, rank);
        _groupExperts = new NormalizedExperts(context, Names("expert", names, _perGroup), 2 * meta, widths, rank);
        _ownExperts = new NormalizedExperts(context, Names("own", tasks, _own), 2 * meta, widths, rank);
        _gates = new LinearBank(context, [.. tasks.Select(t => $"gate/{t}")], 2 * meta, _shared + _perGroup + _own);
        _selfGates = new LinearBank(context, [.. tasks.Select(t => $"self-gate/{t}")], 2 * meta, _own);
        register_module("meta", _meta);
        register_module("meta-gates", _metaGates);
        register_module("shared", _sharedExperts);
        register_module("group", _groupExperts);
        register_module("own", _ownExperts);
        register_module("gates", _gates);
        register_module("self-gates", _selfGates);
        // The gate of all sees every meta expert, a group's those of all and its own.
        _hidden = tensor([.. Enumerable.Range(0, _groups + 1).SelectMany(_ => Enumerable.Range(0, metaExperts.Length),
            (g, e) => g == 0 || e < _shared || (e - _shared) / _perGroup == g - 1 ? 0 : float.NegativeInfinity)],
            [_groups + 1, 1, metaExperts.Length]).DetachFromDisposeScope();
    }

    public override bool IsShared(string name) =>
        base.IsShared(name) && name.Split('.')[0] is not ("own" or "gates" or "self-gates");

    protected override IReadOnlyList<Tensor> Represent(Tensor input)
    {
        long rows = input.shape[0];
        Tensor z = ExpertBank.Mix((_metaGates.call(input) + _hidden.to(input.device)).softmax(2), _meta.call(input));
        // groups×rows×2·meta, and the same per task.
        Tensor perGroup = cat([z.narrow(0, 0, 1).expand(_groups, -1, -1), z.narrow(0, 1, _groups)], 2);
        Tensor groupOf = _groupOf.to(input.device), perTask = perGroup.index_select(0, groupOf);
        Tensor shared = _sharedExperts.call(perGroup.flatten(0, 1).unsqueeze(0).expand(_shared, -1, -1));
        Tensor group = _groupExperts.call(perGroup.repeat_interleave(_perGroup, 0));
        Tensor own = _ownExperts.call(perTask.repeat_interleave(_own, 0)).view(Tasks.Count, _own, rows, -1);
        Tensor seen = cat([shared.view(_shared, _groups, rows, -1).transpose(0, 1),
            group.view(_groups, _perGroup, rows, -1)], 1).index_select(0, groupOf);
        Tensor self = _selfGates.call(perTask);
        self = _own == 1 ? self.sigmoid() : self.softmax(2);
        return (Weighted(_gates.call(perTask).softmax(2), cat([seen, own], 1)) + Weighted(self, own)).unbind(0);
    }

    // tasks×rows×E gates on tasks×E×rows×width experts.
    private static Tensor Weighted(Tensor gates, Tensor experts) =>
        (gates.transpose(1, 2).unsqueeze(3) * experts).sum(1);

    private static string[] Names(string purpose, string[] owners, int count) =>
        [.. owners.SelectMany(o => Enumerable.Range(0, count).Select(e => $"{purpose}/{o}/{e}"))];
}
