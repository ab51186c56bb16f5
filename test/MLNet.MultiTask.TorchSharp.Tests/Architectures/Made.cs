using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.MultiTask.Torch.Tests.Architectures;

/// <summary>Small modules of named architectures whose weights a test sets.</summary>
internal static class Made
{
    public static readonly TaskInfo[] Tasks =
        [new("a", TaskKind.Binary), new("b", TaskKind.Multiclass, ["x", "y", "z"])];

    public static MultiTaskModule Of(string architecture, params TaskInfo[] tasks)
    {
        ModuleSource source = ModuleSource.Of(architecture);
        return ModuleBuilder.Create(source.Create, source.Text, 2, tasks.Length == 0 ? Tasks : tasks, 3);
    }

    /// <summary>Binary tasks a, b, c …</summary>
    public static TaskInfo[] Binary(int count) =>
        [.. Enumerable.Range(0, count).Select(t => new TaskInfo($"{(char)('a' + t)}", TaskKind.Binary))];

    /// <summary>All weights: of banks by the name of the map, of other parameters by their own; biases 0.</summary>
    public static MultiTaskModule Filled(string architecture, Func<string, float> weight, params TaskInfo[] tasks)
    {
        MultiTaskModule module = Of(architecture, tasks);
        using (no_grad())
        {
            foreach ((string name, TorchSharp.Modules.Parameter parameter) in module.named_parameters())
                parameter.fill_(name.EndsWith("bias", StringComparison.Ordinal) ? 0 : weight(name));
            foreach (LinearBank bank in Banks(module))
                for (int n = 0; n < bank.Names.Count; n++)
                    bank.Weight[n].fill_(weight(bank.Names[n]));
        }
        return module;
    }

    /// <summary>A parameter with other numbers, in its order.</summary>
    public static void Set(Tensor parameter, params float[] numbers)
    {
        using (no_grad())
            parameter.copy_(tensor(numbers, parameter.shape));
    }

    /// <summary>Weight (inputs×outputs) and bias of one map of a bank.</summary>
    public static (Tensor Weight, Tensor? Bias) Map(MultiTaskModule module, string name)
    {
        LinearBank bank = Banks(module).Single(b => b.Names.Contains(name));
        int n = bank.Names.ToList().IndexOf(name);
        return (bank.Weight[n], bank.Bias?[n]);
    }

    public static IEnumerable<LinearBank> Banks(MultiTaskModule module) => module.modules().OfType<LinearBank>();

    /// <summary>Outputs for the features (1, 2).</summary>
    public static float[] Outputs(MultiTaskModule module, float first = 1, float second = 2)
    {
        module.eval();
        using (no_grad())
            return module.call(tensor(new[] { first, second }, [1, 2])).data<float>().ToArray();
    }

    /// <summary>
    /// Names of maps and parameters that the loss of one task has a gradient on, with the rest; random weights, 16
    /// rows.
    /// </summary>
    public static (string[] Trained, string[] Untrained) Gradients(MultiTaskModule module, int output)
    {
        manual_seed(5);
        using (no_grad())
            foreach (TorchSharp.Modules.Parameter parameter in module.parameters())
                parameter.copy_(randn(parameter.shape) * 0.7f);
        module.call(randn(16, 2)).select(1, output).sum().backward();
        var has = new Dictionary<string, bool>();
        HashSet<IntPtr> inBanks = [.. Banks(module).SelectMany(b => new[] { b.Weight, b.Bias }).OfType<Tensor>()
            .Select(p => p.Handle)];
        foreach ((string name, TorchSharp.Modules.Parameter parameter) in module.named_parameters())
            if (!inBanks.Contains(parameter.Handle))
                has[name] = parameter.grad is { } own && own.abs().max().item<float>() > 0;
        foreach (LinearBank bank in Banks(module))
            for (int n = 0; n < bank.Names.Count; n++)
                has[bank.Names[n]] = bank.Weight.grad is { } own && own[n].abs().max().item<float>() > 0;
        return ([.. has.Where(h => h.Value).Select(h => h.Key)], [.. has.Where(h => !h.Value).Select(h => h.Key)]);
    }
}
