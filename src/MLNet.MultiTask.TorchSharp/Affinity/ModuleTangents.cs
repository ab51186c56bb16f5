using MLNet.MultiTask.Training;
using TorchSharp;

namespace MLNet.MultiTask.Torch;

/// <summary>
/// First derivatives of a module's outputs by its shared parameters, as products: tangents along a direction for all
/// rows and outputs at once, and pull-backs of one number per row and output. Dropout is off, buffers stay.
/// </summary>
internal sealed class ModuleTangents
{
    private const int ChunkRows = 256;
    private readonly MultiTaskModule _module;
    private readonly TrainingProblem _problem;
    private readonly StateTensor[] _shared;
    private readonly IList<torch.Tensor> _parameters;
    private readonly CancellationToken _cancellationToken;

    /// <exception cref="ArgumentException">The tasks share no parameter.</exception>
    public ModuleTangents(MultiTaskModule module, TrainingProblem problem, CancellationToken cancellationToken)
    {
        (_module, _problem, _cancellationToken) = (module, problem, cancellationToken);
        ModuleLayout layout = ModuleLayout.Of(module);
        _shared = [.. layout.Tensors.Take(layout.SharedTensors)];
        _parameters = [.. _shared.Select(t => t.Tensor)];
        Dimension = layout.SharedCount;
        if (Dimension == 0)
            throw new ArgumentException(
                "The module has no parameter that the tasks share; there is no gradient to compare " +
                "the tasks by");
        module.eval();
    }

    /// <summary>Shared parameters.</summary>
    public int Dimension { get; }

    /// <summary>Goes through rows of the table, some at a time.</summary>
    /// <param name="rows">Row numbers.</param>
    /// <param name="visit">Sees a chunk, valid for the call.</param>
    public void ForEach(int[] rows, Action<Chunk> visit)
    {
        for (int from = 0; from < rows.Length; from += ChunkRows)
        {
            _cancellationToken.ThrowIfCancellationRequested();
            using var scope = torch.NewDisposeScope();
            int[] own = rows[from..Math.Min(rows.Length, from + ChunkRows)];
            torch.Tensor features = torch.empty(own.Length, _problem.Table.FeatureCount);
            _problem.Table.Features.CopyRows(own, Tensors.Memory(features));
            visit(new Chunk(this, own, _module.call(features)));
            Clear();
        }
    }

    private void Clear()
    {
        foreach (torch.Tensor parameter in _parameters)
            parameter.grad = null;
    }

    /// <summary>Some rows and their outputs.</summary>
    internal sealed class Chunk
    {
        private readonly ModuleTangents _all;
        private readonly torch.Tensor _outputs;
        private torch.Tensor? _cotangent;
        private torch.Tensor[]? _gradients;

        public Chunk(ModuleTangents all, int[] rows, torch.Tensor outputs)
        {
            (_all, Rows, _outputs) = (all, rows, outputs);
            Outputs = new float[outputs.numel()];
            Tensors.CopyTo(outputs, Outputs, "outputs");
        }

        public int[] Rows { get; }

        /// <summary>rows×ΣK.</summary>
        public float[] Outputs { get; }

        /// <summary>∂outputs/∂θ·direction, rows×ΣK, by differentiating a pull-back by what is pulled back.</summary>
        /// <param name="direction">Length <see cref="Dimension"/>.</param>
        public float[] Tangent(torch.Tensor direction)
        {
            using var scope = torch.NewDisposeScope();
            _gradients ??= PullBackWithGraph();
            torch.Tensor sum = torch.zeros(1);
            for (int i = 0; i < _gradients.Length; i++)
                sum += (_gradients[i] * direction.narrow(0, _all._shared[i].Offset, _all._shared[i].Length)
                    .view(_all._shared[i].Shape)).sum();
            _cotangent!.grad = null;
            sum.backward([], create_graph: false, retain_graph: true, inputs: [_cotangent]);
            var tangent = new float[Outputs.Length];
            if (_cotangent.grad is { } grad)
                Tensors.CopyTo(grad, tangent, "tangent");
            return tangent;
        }

        /// <summary>sum += signalsᵀ·∂outputs/∂θ.</summary>
        /// <param name="signals">rows×ΣK.</param>
        /// <param name="sum">Length <see cref="Dimension"/>.</param>
        public void Pull(float[] signals, torch.Tensor sum)
        {
            using var scope = torch.NewDisposeScope();
            _all.Clear();
            _outputs.backward([torch.tensor(signals, [.. _outputs.shape])], create_graph: false, retain_graph: true,
                inputs: _all._parameters);
            using (torch.no_grad())
                for (int i = 0; i < _all._shared.Length; i++)
                    if (_all._shared[i].Tensor.grad is { } grad)
                        sum.narrow(0, _all._shared[i].Offset, _all._shared[i].Length).add_(grad.reshape(-1));
            _all.Clear();
        }

        private torch.Tensor[] PullBackWithGraph()
        {
            _all.Clear();
            _cotangent = torch.zeros(_outputs.shape[0], _outputs.shape[1], requires_grad: true)
                .MoveToOuterDisposeScope();
            // A mistake in this call would end the process: every input is in the graph, as was tried before training,
            // and the cotangent has the shape of the outputs.
            torch.Tensor[] gradients = [.. torch.autograd.grad([_outputs], _all._parameters, [_cotangent],
                retain_graph: true, create_graph: true, allow_unused: true).Select(g => g.MoveToOuterDisposeScope())];
            return gradients;
        }
    }
}
