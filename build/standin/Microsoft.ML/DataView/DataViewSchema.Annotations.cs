using Microsoft.ML.Data;

namespace Microsoft.ML;

public sealed partial class DataViewSchema
{
    public sealed class Annotations
    {
        private readonly Delegate[] _getters;

        private Annotations(DataViewSchema schema, Delegate[] getters)
        {
            Schema = schema;
            _getters = getters;
        }

        public static Annotations Empty { get; } = new(new DataViewSchema([]), []);

        public DataViewSchema Schema { get; }

        public ValueGetter<TValue> GetGetter<TValue>(Column column)
        {
            if (column.Index >= _getters.Length)
                throw new ArgumentException("column");
            return _getters[column.Index] as ValueGetter<TValue>
                ?? throw new InvalidOperationException($"Invalid call to '{nameof(GetGetter)}'");
        }

        public void GetValue<TValue>(string kind, ref TValue value)
        {
            Column column = Schema.GetColumnOrNull(kind)
                ?? throw new InvalidOperationException($"Invalid call to '{nameof(GetValue)}'");
            GetGetter<TValue>(column)(ref value);
        }

        public override string ToString() => string.Join(", ", Schema.Select(c => c.Name));

        public sealed class Builder
        {
            private readonly DataViewSchema.Builder _columns = new();
            private readonly List<Delegate> _getters = [];

            public Builder()
            {
            }

            public void Add(Annotations annotations, Func<string, bool> selector)
            {
                if (annotations == null)
                    return;
                ArgumentNullException.ThrowIfNull(selector);
                foreach (Column column in annotations.Schema.Where(c => selector(c.Name)))
                    AddGetter(column.Name, column.Type, annotations._getters[column.Index], column.Annotations);
            }

            public void Add<TValue>(
                string name, DataViewType type, ValueGetter<TValue> getter, Annotations annotations = null)
                => Add(name, type, (Delegate)getter, annotations);

            public void Add(string name, DataViewType type, Delegate getter, Annotations annotations = null)
            {
                ArgumentNullException.ThrowIfNull(getter);
                Type expected = typeof(ValueGetter<>).MakeGenericType(type?.RawType ?? typeof(object));
                if (type != null && getter.GetType() != expected)
                    throw new ArgumentException(
                        $"{nameof(getter)} must be of type '{expected.FullName}'", nameof(getter));
                AddGetter(name, type, getter, annotations);
            }

            public void AddPrimitiveValue<TValue>(
                string name, PrimitiveDataViewType type, TValue value, Annotations annotations = null)
            {
                ArgumentNullException.ThrowIfNull(type);
                if (type.RawType != typeof(TValue))
                {
                    throw new ArgumentException(
                        $"type.RawType must be of type '{typeof(TValue).FullName}'.", nameof(type));
                }

                Add(name, type, (ref TValue destination) => destination = value, annotations);
            }

            public Annotations ToAnnotations() => new(_columns.ToSchema(), [.. _getters]);

            private void AddGetter(string name, DataViewType type, Delegate getter, Annotations annotations)
            {
                _columns.AddColumn(name, type, annotations);
                _getters.Add(getter);
            }
        }
    }
}
