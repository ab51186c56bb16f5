using static TorchSharp.torch;

namespace MLNet.MultiTask.Torch;

/// <summary>
/// <c>task-expert(levels=2; experts=4; hidden=32)</c>: levels of experts that all tasks share, whose mean goes to the
/// next level, and a memory per task: m_t ← m_t + Σ_e softmax(G_t [x; m_t])_e·f_e(x), so that a task's gates know what
/// it has taken from the levels before (Ye and Xu, "TaskExpert: Dynamically assembling multi-task representations with
/// memorial mixture-of-experts", ICCV 2023, for rows of a table). Heads see the memory after the last level.
/// </summary>
internal sealed class MemoryExperts : TaskArchitecture
{
    private readonly ExpertBank[] _experts;
    private readonly LinearBank[] _gates;

    public MemoryExperts(ArchitectureContext context) : base(context, context.Integer("hidden", 32))
    {
        int levels = context.Integer("levels", 2, 1, 16), experts = context.Integer("experts", 4, 1, 1024);
        int width = context.Integer("hidden", 32);
        int Inputs(int level) => level == 0 ? context.FeatureCount : width;
        _experts = [.. Enumerable.Range(0, levels).Select(l => new ExpertBank(context,
            [.. Enumerable.Range(0, experts).Select(e => $"level{l}/expert/{e}")], Inputs(l), [width]))];
        _gates = [.. Enumerable.Range(0, levels).Select(l => new LinearBank(context,
            [.. context.Tasks.Select(t => $"level{l}/gate/{t.Name}")], l == 0 ? Inputs(0) : 2 * width, experts))];
        register_module("experts", new ModuleGroup(_experts));
        register_module("gates", new ModuleGroup(_gates));
    }

    public override bool IsShared(string name) => name.StartsWith("experts.", StringComparison.Ordinal);

    protected override IReadOnlyList<Tensor> Represent(Tensor input)
    {
        Tensor? memory = null;
        for (int l = 0; l < _experts.Length; l++)
        {
            Tensor experts = _experts[l].call(input);
            Tensor seen = memory is null ? input : cat([input.unsqueeze(0).expand(Tasks.Count, -1, -1), memory], 2);
            Tensor taken = ExpertBank.Mix(_gates[l].call(seen).softmax(2), experts);
            memory = memory is null ? taken : memory + taken;
            if (l < _experts.Length - 1)
                input = experts.mean([0L]);
        }
        return memory!.unbind(0);
    }
}
