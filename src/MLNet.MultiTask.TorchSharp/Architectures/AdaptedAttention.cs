using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;
using DenseModule = TorchSharp.Modules.Linear;

namespace MLNet.MultiTask.Torch;

/// <summary>
/// <c>task-adapted(hidden=64,32; affinity=1,0.2|0.2,1; mix=0.5)</c>: a trunk of all tasks, a token per task on it, and
/// attention between the tasks' tokens into which a <see cref="TaskAffinity"/> is mixed, A = (1 − mix)·softmax(QKᵀ/√w)
/// + mix·softmax(affinity in units of its spread); z_t ← z_t + (A V)_t (task-adapted attention of Bhattacharjee,
/// Süsstrunk, Salzmann, "Vision transformer adapters for generalizable multitask learning", ICCV 2023, for rows of a
/// table). Without <c>affinity</c> attention is the learned one. <see cref="TorchArchitectures.WithAffinity"/> writes
/// the setting.
/// </summary>
internal sealed class AdaptedAttention : TaskArchitecture
{
    private readonly ExpertBank _trunk;
    private readonly LinearBank _tokens;
    private readonly DenseModule _queries, _keys, _values;
    private readonly Tensor? _affinity;
    private readonly float _mix;

    public AdaptedAttention(ArchitectureContext context) : base(context, Widths(context)[^1])
    {
        int width = Widths(context)[^1];
        _affinity = Affinity(context);
        if (_affinity is null && context.Text("mix") is not null)
            throw new ArgumentException($"Setting 'mix' of architecture '{context.Architecture}' needs the setting " +
                "'affinity'");
        _mix = _affinity is null ? 0 : context.Number("mix", 0.5f, 0, 1);
        _trunk = new ExpertBank(context, ["trunk"], context.FeatureCount, Widths(context));
        _tokens = new LinearBank(context, [.. context.Tasks.Select(t => $"token/{t.Name}")], width, width);
        DenseModule Dense(string name) => context.Seeded(name, () => nn.Linear(width, width, hasBias: false));
        (_queries, _keys, _values) = (Dense("queries"), Dense("keys"), Dense("values"));
        register_module("trunk", _trunk);
        register_module("tokens", _tokens);
        register_module("queries", _queries);
        register_module("keys", _keys);
        register_module("values", _values);
    }

    protected override IReadOnlyList<Tensor> Represent(Tensor input)
    {
        // rows×tasks×width.
        Tensor tokens = _tokens.call(_trunk.call(input).squeeze(0)).transpose(0, 1);
        Tensor attention = (_queries.call(tokens).bmm(_keys.call(tokens).transpose(1, 2)) / MathF.Sqrt(tokens.shape[2]))
            .softmax(2);
        if (_affinity is not null)
            attention = attention * (1 - _mix) + _affinity.to(input.device) * _mix;
        return (tokens + attention.bmm(_values.call(tokens))).unbind(1);
    }

    private static Tensor? Affinity(ArchitectureContext context)
    {
        if (context.Text("affinity") is not { } text)
            return null;
        int tasks = context.Tasks.Count;
        float[][] rows = [.. text.Split('|').Select(row => row.Split(',').Select(n =>
            float.TryParse(n, NumberStyles.Float, CultureInfo.InvariantCulture, out float number) ? number : float.NaN)
            .ToArray())];
        if (rows.Length != tasks || rows.Any(r => r.Length != tasks || !r.All(float.IsFinite)))
            throw context.Refused("affinity", text, $"a matrix of {tasks}×{tasks} finite numbers, a row per task, " +
                "such as " + string.Join('|', Enumerable.Repeat(string.Join(',', Enumerable.Repeat("0", tasks)),
                    tasks)));
        float[] all = [.. rows.SelectMany(r => r)];
        double mean = all.Average(), spread = Math.Sqrt(all.Average(a => (a - mean) * (a - mean)));
        return (tensor(all, [tasks, tasks]) / (spread > 0 ? (float)spread : 1)).softmax(1).DetachFromDisposeScope();
    }

    private static IReadOnlyList<int> Widths(ArchitectureContext context) => context.Widths("hidden", 64, 32);
}
