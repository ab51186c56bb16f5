using System.IO.Compression;
using System.Text;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

namespace Microsoft.ML;

/// <summary>The counterpart of <see cref="ModelSaveContext"/>.</summary>
internal sealed class ModelLoadContext
{
    private static readonly Dictionary<string, Func<ModelLoadContext, ITransformer>> Loaders = new()
    {
        [TransformerChain.Loader] = TransformerChain.Load,
        [CustomMapping.Loader] = CustomMapping.Load,
        [ColumnConcatenatingTransformer.Loader] = ColumnConcatenatingTransformer.Load,
        [ColumnCopyingTransformer.Loader] = ColumnCopyingTransformer.Load,
        [ColumnSelectingTransformer.Loader] = ColumnSelectingTransformer.Load,
        [NormalizingTransformer.Loader] = NormalizingTransformer.Load,
        [MissingValueReplacingTransformer.Loader] = MissingValueReplacingTransformer.Load,
        [TypeConvertingTransformer.Loader] = TypeConvertingTransformer.Load,
        [ValueToKeyMappingTransformer.Loader] = ValueToKeyMappingTransformer.Load,
        [KeyToValueMappingTransformer.Loader] = KeyToValueMappingTransformer.Load,
        [KeyToVectorMappingTransformer.Loader] = KeyToVectorMappingTransformer.Load,
        [ValueMappingTransformer.Loader] = ValueMappingTransformer.Load,
    };

    private readonly ZipArchive _archive;
    private readonly string _folder;

    private ModelLoadContext(ZipArchive archive, string folder, IHostEnvironment environment)
    {
        _archive = archive;
        _folder = folder;
        Environment = environment;
        ZipArchiveEntry entry = archive.GetEntry($"{folder}/{ModelSaveContext.EntryName}")
            ?? throw new InvalidOperationException($"The model has no component '{folder}' that the stand-in wrote.");
        MemoryStream content = new();
        using Stream stream = entry.Open();
        stream.CopyTo(content);
        content.Position = 0;
        Reader = new BinaryReader(content, Encoding.UTF8);
    }

    public BinaryReader Reader { get; }

    public IHostEnvironment Environment { get; }

    public static ITransformer LoadModel(ZipArchive archive, string folder, IHostEnvironment environment)
    {
        ModelLoadContext context = new(archive, folder, environment);
        string loader = context.Reader.ReadString();
        return Loaders.TryGetValue(loader, out Func<ModelLoadContext, ITransformer> load)
            ? load(context)
            : throw new InvalidOperationException($"Unknown component '{loader}' in folder '{folder}' of the model.");
    }

    public ITransformer LoadModel(string folder) => LoadModel(_archive, $"{_folder}/{folder}", Environment);
}
