using System.Reflection;
using Microsoft.ML.Data;

namespace Microsoft.ML;

public static class TextLoaderSaverCatalog
{
    public static IDataView LoadFromTextFile(
        this DataOperationsCatalog catalog,
        string path,
        TextLoader.Column[] columns,
        char separatorChar = '\t',
        bool hasHeader = false,
        bool allowQuoting = false,
        bool trimWhitespace = false,
        bool allowSparse = false)
        => Load(path, CreateOptions(columns, separatorChar, hasHeader, allowQuoting, trimWhitespace, allowSparse));

    public static IDataView LoadFromTextFile(
        this DataOperationsCatalog catalog, string path, TextLoader.Options options = null)
        => Load(path, options ?? new TextLoader.Options());

    public static IDataView LoadFromTextFile<TInput>(
        this DataOperationsCatalog catalog,
        string path,
        char separatorChar = '\t',
        bool hasHeader = false,
        bool allowQuoting = false,
        bool trimWhitespace = false,
        bool allowSparse = false)
        => Load(path, CreateOptions(
            ColumnsOf<TInput>(), separatorChar, hasHeader, allowQuoting, trimWhitespace, allowSparse));

    public static IDataView LoadFromTextFile<TInput>(
        this DataOperationsCatalog catalog, string path, TextLoader.Options options)
    {
        options.Columns = ColumnsOf<TInput>();
        return Load(path, options);
    }

    public static TextLoader CreateTextLoader(
        this DataOperationsCatalog catalog,
        TextLoader.Column[] columns,
        char separatorChar = '\t',
        bool hasHeader = false,
        IMultiStreamSource dataSample = null,
        bool allowQuoting = false,
        bool trimWhitespace = false,
        bool allowSparse = false)
        => new(CreateOptions(columns, separatorChar, hasHeader, allowQuoting, trimWhitespace, allowSparse), dataSample);

    public static TextLoader CreateTextLoader(
        this DataOperationsCatalog catalog, TextLoader.Options options, IMultiStreamSource dataSample = null)
        => new(options, dataSample);

    private static IDataView Load(string path, TextLoader.Options options)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
            throw new ArgumentOutOfRangeException(nameof(path), $"File or directory does not exist at path: {path}");
        MultiFileSource source = new(path);
        return new TextLoader(options, source).Load(source);
    }

    private static TextLoader.Options CreateOptions(
        TextLoader.Column[] columns,
        char separatorChar,
        bool hasHeader,
        bool allowQuoting,
        bool trimWhitespace,
        bool allowSparse)
        => allowSparse
            ? throw new NotSupportedException("The stand-in of Microsoft.ML does not read sparse text.")
            : new TextLoader.Options
            {
                Columns = columns,
                Separators = [separatorChar],
                HasHeader = hasHeader,
                AllowQuoting = allowQuoting,
                TrimWhitespace = trimWhitespace,
            };

    /// <summary>The members that have <see cref="LoadColumnAttribute"/>.</summary>
    private static TextLoader.Column[] ColumnsOf<TInput>()
    {
        List<TextLoader.Column> columns = [];
        foreach (MemberInfo member in SchemaDefinition.Members(typeof(TInput), SchemaDefinition.Direction.Write))
        {
            if (member.GetCustomAttribute<LoadColumnAttribute>() is not { } load)
                continue;
            DataViewType type = ColumnTypes.Of(member);
            columns.Add(new TextLoader.Column(
                member.GetCustomAttribute<ColumnNameAttribute>()?.Name ?? member.Name,
                PrimitiveTypes.KindOf(type.ItemType().RawType),
                load.Sources,
                type.ItemType() is KeyDataViewType key ? new KeyCount(key.Count) : null));
        }

        return columns.Count > 0
            ? [.. columns]
            : throw new InvalidOperationException(
                $"Should define at least one public, readable field or property in TInput {typeof(TInput).Name}.");
    }
}
