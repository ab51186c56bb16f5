using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.MultiTask.Torch;

/// <summary>
/// One level of experts and softmax gates over those that an <see cref="ExpertPlan"/> lets them see. A level that is
/// not the last has gates for the groups and for all tasks, too: they make the input of the next level's experts.
/// </summary>
internal sealed class ExpertLevel : ModulePart
{
    /// <summary>Names of submodules that belong to single tasks.</summary>
    public static readonly string[] OwnNames = ["own", "gates"];
    private readonly ExpertPlan _plan;
    private readonly int _tasks;
    private readonly bool _stops;
    private readonly ExpertBank? _own, _shared;
    private readonly LinearBank _gates;
    private readonly LinearBank? _sharedGates;
    private readonly Tensor _hidden, _foreign;

    /// <param name="context">Features, tasks and streams.</param>
    /// <param name="plan">Whose the experts are.</param>
    /// <param name="level">From 0 on; a part of the streams' names.</param>
    /// <param name="inputs">Numbers in a row of the input.</param>
    /// <param name="widths">Of an expert's layers.</param>
    /// <param name="isLast">Whether only the tasks have gates.</param>
    /// <param name="stops">Whether a task's gate sees the other tasks' experts, too, without training them.</param>
    public ExpertLevel(ArchitectureContext context, ExpertPlan plan, int level, int inputs, IReadOnlyList<int> widths,
        bool isLast, bool stops) : base(nameof(ExpertLevel))
    {
        (_plan, _tasks, _stops) = (plan, context.Tasks.Count, stops);
        string prefix = FormattableString.Invariant($"level{level}/");
        string[] experts = [.. plan.Experts.Select(e => prefix + e)];
        int own = _tasks * plan.Own, gates = isLast ? _tasks : plan.Owners.Count;
        if (own > 0)
            register_module("own", _own = new ExpertBank(context, experts[..own], inputs, widths));
        if (own < experts.Length)
            register_module("shared", _shared = new ExpertBank(context, experts[own..], inputs, widths));
        string[] owners = [.. plan.Owners.Select(o => $"{prefix}gate/{o}")];
        register_module("gates",
            _gates = new LinearBank(context, owners[.._tasks], inputs, experts.Length, hasBias: false));
        if (!isLast)
            register_module("shared-gates", _sharedGates = new LinearBank(context, owners[_tasks..], inputs,
                experts.Length, hasBias: false));
        // Gates × 1 × experts.
        float[] hidden = [.. Enumerable.Range(0, gates).SelectMany(_ => plan.OwnerOf,
            (g, o) => plan.Sees(g, o) ? 0f : 1f)];
        _foreign = tensor(hidden, [gates, 1, experts.Length]).DetachFromDisposeScope();
        _hidden = tensor([.. hidden.Select(h => h > 0 && !stops ? float.NegativeInfinity : 0)],
            [gates, 1, experts.Length]).DetachFromDisposeScope();
    }

    /// <param name="input">rows×inputs for all, or owners×rows×inputs.</param>
    /// <returns>tasks×rows×width at the last level, owners×rows×width before.</returns>
    public override Tensor forward(Tensor input)
    {
        Tensor experts = cat([.. Outputs(input)], 0);
        Tensor gates = _gates.call(Part(input, 0, _tasks));
        if (_sharedGates is not null)
            gates = cat([gates, _sharedGates.call(Part(input, _tasks, _plan.Owners.Count - _tasks))], 0);
        Tensor weights = (gates + _hidden.to(gates.device)).softmax(2);
        if (!_stops)
            return ExpertBank.Mix(weights, experts);
        Tensor foreign = _foreign.to(gates.device);
        return ExpertBank.Mix(weights * (1 - foreign), experts) + ExpertBank.Mix(weights * foreign, experts.detach());
    }

    private IEnumerable<Tensor> Outputs(Tensor input)
    {
        int groups = _plan.Groups.Count;
        if (_own is not null)
            yield return _own.call(Repeated(input, 0, _tasks, _plan.Own));
        if (_shared is null)
            yield break;
        if (input.dim() == 2)
            yield return _shared.call(input);
        else if (groups == 0)
            yield return _shared.call(Repeated(input, _tasks, 1, _plan.Shared));
        else
            yield return _shared.call(cat([Repeated(input, _tasks, groups, _plan.PerGroup),
                Repeated(input, _tasks + groups, 1, _plan.Shared)], 0));
    }

    private static Tensor Repeated(Tensor input, int from, int owners, int experts) => input.dim() == 2 || experts == 1
        ? Part(input, from, owners) : Part(input, from, owners).repeat_interleave(experts, 0);

    private static Tensor Part(Tensor input, int from, int owners) =>
        input.dim() == 2 ? input : input.narrow(0, from, owners);
}
