using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNet.MultiTask.Torch;

/// <summary>
/// Tasks whose shared parameters differ, kept packed: what the tasks have in common once, what is a task's as bits or
/// factors. The tasks' modules are unpacked at the first use; they are no part of the state.
/// </summary>
internal abstract class PackedTasks : MultiTaskModule
{
    private readonly ArchitectureContext _context;
    private readonly ModuleSource _source;
    private readonly Parameter[] _own;
    private readonly Lock _gate = new();
    private volatile MultiTaskModule[]? _unpacked;

    /// <param name="context">Setting <c>of</c> is the architecture of every task's module.</param>
    protected PackedTasks(ArchitectureContext context) : base(context)
    {
        _context = context;
        _source = ModuleSource.Of(context.Text("of") ?? throw new ArgumentException(
            $"Architecture '{context.Architecture}' has no setting 'of', the architecture of its modules"));
        using MultiTaskModule one = New(0);
        ModuleLayout layout = ModuleLayout.Of(one);
        Blocks = [.. layout.Tensors.Take(layout.SharedTensors).Select(t => new MergingBlock(t.Name, t.Shape, t.Offset,
            t.Length))];
        SharedCount = layout.SharedCount;
        _own = [.. Tasks.Select((_, t) =>
        {
            using MultiTaskModule task = New(t);
            return Register(FormattableString.Invariant($"own{t}"), ModuleLayout.Of(task).Length - SharedCount,
                isTrained: true);
        })];
    }

    /// <summary>Numbers P that a task's module has in the tensors that tasks share.</summary>
    protected int SharedCount { get; }

    /// <summary>Those tensors.</summary>
    protected IReadOnlyList<MergingBlock> Blocks { get; }

    public override Tensor forward(Tensor input)
    {
        MultiTaskModule[] modules = _unpacked ?? Unpack();
        return cat([.. modules.Select(m => m.call(input))], 1);
    }

    /// <summary>The shared parameters of a task, length P.</summary>
    protected abstract float[] Shared(int task);

    /// <summary>A parameter of the state, one row of numbers.</summary>
    protected Parameter Register(string name, int length, bool isTrained = false)
    {
        var parameter = new Parameter(zeros(length), isTrained);
        register_parameter(name, parameter);
        return parameter;
    }

    /// <summary>Its numbers.</summary>
    protected static float[] Numbers(Parameter parameter)
    {
        var numbers = new float[parameter.numel()];
        Tensors.CopyTo(parameter, numbers, "parameter");
        return numbers;
    }

    /// <summary>What a task has for itself, by name, of an expert's numbers.</summary>
    protected static IEnumerable<KeyValuePair<string, float[]>> OwnState(MergingProblem problem) =>
        Enumerable.Range(0, problem.TaskCount).Select(t => new KeyValuePair<string, float[]>(
            FormattableString.Invariant($"own{t}"), problem.Modules.Flat(t)[problem.Initial.Length..]));

    protected override void Dispose(bool disposing)
    {
        foreach (MultiTaskModule module in disposing ? _unpacked ?? [] : [])
            module.Dispose();
        base.Dispose(disposing);
    }

    private MultiTaskModule New(int task) =>
        ModuleBuilder.Create(_source.Create, _source.Text, _context.FeatureCount, [Tasks[task]], 0);

    private MultiTaskModule[] Unpack()
    {
        lock (_gate)
            return _unpacked ??= [.. Tasks.Select((_, t) =>
            {
                MultiTaskModule module = New(t);
                ModuleLayout.Of(module).Import([.. Shared(t), .. Numbers(_own[t])]);
                module.to(_own[t].device);
                module.eval();
                return module;
            })];
    }
}
