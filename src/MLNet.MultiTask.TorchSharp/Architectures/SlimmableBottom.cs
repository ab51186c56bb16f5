using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;
using DenseModule = TorchSharp.Modules.Linear;

namespace MLNet.MultiTask.Torch;

/// <summary>
/// <c>slimmable(hidden=64,32; widths=0.25,0.5,1; distill=0.1; budget=1500)</c>: one shared bottom that can be run at
/// several widths, the first ⌈w·h⌉ units of every layer. Training descends the losses at full width and draws the
/// outputs of the narrowest and of random combinations of widths to it, <c>distill</c> times the mean squared distance
/// (configuration-invariant distillation of Aich et al., "Efficient controllable multi-task architectures", ICCV 2023).
/// It is scored at the widest width of which a row costs at most <c>budget</c> multiplications; without a budget at the
/// full one. <see cref="TorchWidths"/> chooses a width per layer for a budget afterwards.
/// </summary>
internal sealed class SlimmableBottom : TaskArchitecture
{
    private const string Units = "units";
    private readonly DenseModule[] _layers;
    private readonly int[] _full;
    private readonly int _features, _outputs;
    private readonly float _distill;
    private Tensor? _input, _seen;

    public SlimmableBottom(ArchitectureContext context) : base(context, Hidden(context)[^1])
    {
        (_features, _outputs) = (context.FeatureCount, context.Tasks.Sum(t => t.OutputCount));
        _full = [.. Hidden(context)];
        _distill = context.Number("distill", 0.1f);
        Ladder = [.. Fractions(context).Select(f => _full.Select(h => (int)MathF.Ceiling(f * h)).ToArray())];
        _layers = [.. _full.Select((width, l) => context.Seeded($"trunk/{l}",
            () => nn.Linear(l == 0 ? _features : _full[l - 1], width)))];
        register_module("trunk", new ModuleGroup(_layers));
        register_buffer(Units, tensor([.. Fitting(context).Select(u => (float)u)], [_full.Length]));
    }

    /// <summary>Units per layer of every width, the narrowest first; the last one is full.</summary>
    public IReadOnlyList<int[]> Ladder { get; }

    /// <summary>Units per layer that scores are computed with; a part of the state.</summary>
    public int[] Active
    {
        get => [.. get_buffer(Units)!.to(float32).cpu().data<float>().Select(u => (int)u)];
        set => Tensors.CopyFrom(get_buffer(Units)!, [.. value.Select(u => (float)u)]);
    }

    /// <summary>Multiplications for the scores of one row.</summary>
    public long Cost(IReadOnlyList<int> units) => (long)units[^1] * _outputs
        + units.Select((u, l) => (long)u * (l == 0 ? _features : units[l - 1])).Sum();

    public override Tensor? ExtraLoss(Tensor losses)
    {
        if (_distill == 0 || _input is null || Ladder.Count == 1)
            return null;
        Tensor target = Outputs(_seen!).detach();
        return Enumerable.Range(0, Ladder.Count - 1)
            .Select(i => (Outputs(Run(_input, i == 0 ? Ladder[0] : Drawn())) - target).square().mean())
            .Aggregate((sum, one) => sum + one) * (_distill / (Ladder.Count - 1));
    }

    protected override IReadOnlyList<Tensor> Represent(Tensor input)
    {
        Tensor seen = Run(input, training ? _full : Active);
        if (is_grad_enabled())
            (_input, _seen) = (input, seen);
        return [seen];
    }

    // The widths of layers are drawn apart: any combination may be chosen afterwards.
    private int[] Drawn()
    {
        using Tensor places = randint(Ladder.Count, [_full.Length]);
        return [.. places.data<long>().Select((place, l) => Ladder[(int)place][l])];
    }

    // Units that are not run are 0, and the others count for them, as with dropout: otherwise a narrow run can only be
    // like the full one where the further units do nothing.
    private Tensor Run(Tensor input, int[] units)
    {
        long inputs = input.shape[1];
        for (int l = 0; l < units.Length; inputs = units[l++])
        {
            input = nn.functional.linear(input, _layers[l].weight!.narrow(0, 0, units[l]).narrow(1, 0, inputs),
                _layers[l].bias!.narrow(0, 0, units[l])).relu();
            if (units[l] < _full[l])
                input *= (float)_full[l] / units[l];
        }
        return units[^1] == _full[^1] ? input : nn.functional.pad(input, [0, _full[^1] - units[^1]]);
    }

    private Tensor Outputs(Tensor seen) =>
        cat([.. Enumerable.Range(0, Tasks.Count).Select(t => Head(t).call(seen))], 1);

    private int[] Fitting(ArchitectureContext context)
    {
        int budget = context.Integer("budget", int.MaxValue);
        return Ladder.LastOrDefault(units => Cost(units) <= budget) ?? throw new ArgumentException(
            $"Setting 'budget' of architecture '{context.Architecture}' is '{budget}'; the narrowest width takes " +
            $"{Cost(Ladder[0])} multiplications a row: at least that is expected, or narrower layers");
    }

    private static float[] Fractions(ArchitectureContext context)
    {
        string text = context.Text("widths") ?? "0.25,0.5,1";
        float[] fractions = [.. text.Split(',').Select(share => float.TryParse(share, NumberStyles.Float,
            CultureInfo.InvariantCulture, out float number) ? number : float.NaN)];
        return fractions[^1] == 1 && fractions[0] > 0 && fractions.Zip(fractions.Skip(1)).All(p => p.First < p.Second)
            ? fractions : throw context.Refused("widths", text, "a list of shares that rise to 1 such as 0.25,0.5,1");
    }

    private static IReadOnlyList<int> Hidden(ArchitectureContext context) => context.Widths("hidden", 64, 32);
}
