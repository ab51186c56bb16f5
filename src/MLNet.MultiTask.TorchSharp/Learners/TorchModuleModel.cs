using MLNet.MultiTask.Learners;
using MLNet.MultiTask.Networks;
using TorchSharp;

namespace MLNet.MultiTask.Torch;

/// <summary>
/// A trained module. A row's scores may differ in the last digits with the rows that are scored at once, as
/// TorchSharp's products do.
/// </summary>
internal sealed class TorchModuleModel : IGroupModel
{
    public const string KindName = Persistence.GroupModelFormats.TorchModule;
    private const int RowBlock = 1024;
    private readonly NetworkShape _outputs;
    private readonly torch.Device _device;

    /// <summary>Takes over a module and gives it its numbers.</summary>
    /// <exception cref="ArgumentException">The module has another number of numbers.</exception>
    public TorchModuleModel(ModuleSource source, MultiTaskModule module, float[] parameters, int featureCount,
        float[] targetMeans, float[] targetScales, string device = "cpu", ModuleStart? start = null)
    {
        Start = start;
        (Source, Module, FeatureCount) = (source, module, featureCount);
        (TargetMeans, TargetScales) = (targetMeans, targetScales);
        _outputs = new NetworkShape(1, [], module.Tasks);
        _device = torch.device(device);
        Layout = ModuleLayout.Of(module);
        if (parameters.Length != Layout.Length)
            throw new ArgumentException($"{parameters.Length} numbers given, the module has {Layout.Length}");
        Layout.Import(parameters);
        if (device != "cpu")
        {
            module.to(_device);
            Layout = ModuleLayout.Of(module);
        }
        module.eval();
    }

    public string Kind => KindName;

    public int FeatureCount { get; }

    public IReadOnlyList<TaskInfo> Tasks => Module.Tasks;

    public int OutputCount => _outputs.OutputCount;

    public ModuleSource Source { get; }

    public MultiTaskModule Module { get; }

    public ModuleLayout Layout { get; }

    /// <summary>Where training began; null where that is not known, or there was more than one.</summary>
    public ModuleStart? Start { get; }

    public float[] TargetMeans { get; }

    public float[] TargetScales { get; }

    public int OutputOffset(int task) => _outputs.OutputOffset(task);

    public void Score(ReadOnlySpan<float> features, int rows, Span<float> scores, Span<float> raw, int threads = 1)
    {
        GroupModelSpans.ThrowIfTooShort(this, features, rows, scores, raw);
        if (rows == 0)
            return;
        using var own = new TorchThreads(threads);
        for (int from = 0; from < rows; from += RowBlock)
        {
            int count = Math.Min(RowBlock, rows - from);
            float[] outputs = Outputs(features.Slice(from * FeatureCount, count * FeatureCount), count);
            if (!raw.IsEmpty)
                Finish(outputs, raw.Slice(from * OutputCount, outputs.Length), asScores: false);
            if (!scores.IsEmpty)
                Finish(outputs, scores.Slice(from * OutputCount, outputs.Length), asScores: true);
        }
    }

    private float[] Outputs(ReadOnlySpan<float> features, int rows)
    {
        using var scope = torch.NewDisposeScope();
        using (torch.no_grad())
        {
            // Memory of libtorch's own: products over a managed array depend on where it happens to lie, in the last
            // digit.
            torch.Tensor input = torch.empty(rows, FeatureCount);
            features.CopyTo(Tensors.Memory(input));
            if (_device.type != DeviceType.CPU)
                input = input.to(_device);
            torch.Tensor output = FreedNumbers.Retry(() => Module.call(input));
            ModuleChecks.ThrowIfOtherShape(output, rows, FeatureCount, OutputCount);
            var numbers = new float[rows * OutputCount];
            Tensors.CopyTo(output, numbers, "outputs");
            return numbers;
        }
    }

    private void Finish(float[] outputs, Span<float> to, bool asScores)
    {
        outputs.CopyTo(to);
        for (int row = 0; row < outputs.Length; row += OutputCount)
            for (int t = 0; t < Tasks.Count; t++)
            {
                Span<float> own = to.Slice(row + OutputOffset(t), Tasks[t].OutputCount);
                if (Tasks[t].Kind == TaskKind.Regression)
                    own[0] = own[0] * TargetScales[t] + TargetMeans[t];
                else if (asScores && Tasks[t].Kind == TaskKind.Binary)
                    own[0] = OutputTransform.Sigmoid(own[0]);
                else if (asScores)
                    OutputTransform.Softmax(own);
            }
    }
}
