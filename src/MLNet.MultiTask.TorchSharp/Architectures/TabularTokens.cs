using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace MLNet.MultiTask.Torch;

/// <summary>
/// <c>multitab(blocks=1; width=16; attention-heads=4; feed-forward=64; tower=32; dropout=0)</c>: a token per feature,
/// x_j·w_j + b_j, and a token per task; in every block tokens attend to each other, but a task's token never to another
/// task's (Sinodinos, Bhattacharya, Armanfard, "MultiTab: A scalable foundation for multitask learning on tabular
/// data", 2025). Its attention between the rows of a batch is left out: a row's scores would depend on the other rows.
/// </summary>
internal sealed class TabularTokens : TaskArchitecture
{
    [ComponentName(Name = "weights")]
    private readonly Parameter _weights;
    [ComponentName(Name = "biases")]
    private readonly Parameter _biases;
    [ComponentName(Name = "tasks")]
    private readonly Parameter _tasks;
    private readonly TokenBlock[] _blocks;

    public TabularTokens(ArchitectureContext context) : base(context, Width(context), Tower(context))
    {
        int tasks = context.Tasks.Count, features = context.FeatureCount, width = Width(context);
        int blocks = context.Integer("blocks", 1, 1, 64), heads = context.Integer("attention-heads", 4);
        if (width % heads != 0)
            throw context.Refused("attention-heads", $"{heads}", $"a divisor of the width {width}");
        Parameter Tokens(string name, int count)
        {
            using (no_grad())
            {
                var tokens = new Parameter(context.Seeded(name, () => randn(count, width)) * 0.01f);
                register_parameter(name, tokens);
                return tokens;
            }
        }
        (_weights, _biases, _tasks) = (Tokens("weights", features), Tokens("biases", features), Tokens("tasks", tasks));
        int feedForward = context.Integer("feed-forward", 64);
        float dropout = context.Number("dropout", 0, 0, 0.99f);
        // What comes out of the last block is the tasks' tokens alone.
        _blocks = [.. Enumerable.Range(0, blocks).Select(b => new TokenBlock(context, $"block{b}", width, heads,
            feedForward, dropout, Mask(tasks, features), b == blocks - 1 ? tasks : tasks + features))];
        register_module("blocks", new ModuleGroup(_blocks));
    }

    protected override IReadOnlyList<Tensor> Represent(Tensor input)
    {
        Tensor tokens = cat([_tasks.unsqueeze(0).expand(input.shape[0], -1, -1),
            input.unsqueeze(2) * _weights + _biases], 1);
        foreach (TokenBlock block in _blocks)
            tokens = block.call(tokens);
        return tokens.unbind(1);
    }

    private static Tensor Mask(int tasks, int features)
    {
        int count = tasks + features;
        return tensor([.. Enumerable.Range(0, count).SelectMany(_ => Enumerable.Range(0, count), (from, to) =>
            from < tasks && to < tasks && from != to ? float.NegativeInfinity : 0)], [count, count]);
    }

    private static int Width(ArchitectureContext context) => context.Integer("width", 16);

    private static Func<TaskInfo, nn.Module<Tensor, Tensor>> Tower(ArchitectureContext context)
    {
        int width = Width(context), tower = context.Integer("tower", 32);
        return task => nn.Sequential(("0", nn.Linear(width, tower)), ("1", nn.ReLU()),
            ("2", nn.Linear(tower, task.OutputCount)));
    }
}
