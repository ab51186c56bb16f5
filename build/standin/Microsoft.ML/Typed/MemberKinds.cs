using System.Linq.Expressions;
using System.Reflection;

namespace Microsoft.ML.Data;

/// <summary>Compiled access to a field or property.</summary>
internal sealed class Accessor<TRow, T>
{
    private readonly MemberInfo _member;
    private readonly Lazy<Func<TRow, T>> _get;
    private readonly Lazy<Action<TRow, T>> _set;

    public Accessor(MemberInfo member)
    {
        _member = member;
        _get = new(CompileGet);
        _set = new(CompileSet);
    }

    public bool CanRead => _member is FieldInfo || ((PropertyInfo)_member).CanRead;

    public T Get(TRow row) => _get.Value(row);

    public void Set(TRow row, T value) => _set.Value(row, value);

    private Func<TRow, T> CompileGet()
    {
        ParameterExpression row = Expression.Parameter(typeof(TRow));
        return Expression.Lambda<Func<TRow, T>>(Expression.MakeMemberAccess(row, _member), row).Compile();
    }

    private Action<TRow, T> CompileSet()
    {
        ParameterExpression row = Expression.Parameter(typeof(TRow));
        ParameterExpression value = Expression.Parameter(typeof(T));
        Expression assign = Expression.Assign(Expression.MakeMemberAccess(row, _member), value);
        return Expression.Lambda<Action<TRow, T>>(assign, row, value).Compile();
    }
}

internal sealed class ScalarMember<TRow, T>(MemberBinding binding) : Member<TRow>(binding)
{
    private readonly Accessor<TRow, T> _accessor = new(binding.Member);

    public override Delegate CreateGetter(Func<TRow> current)
        => (ValueGetter<T>)((ref T value) => value = _accessor.Get(current()));

    public override Action<TRow> CreateSetter(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        return target =>
        {
            T value = default;
            getter(ref value);
            _accessor.Set(target, value);
        };
    }
}

internal sealed class TextMember<TRow>(MemberBinding binding) : Member<TRow>(binding)
{
    private readonly Accessor<TRow, string> _accessor = new(binding.Member);

    public override Delegate CreateGetter(Func<TRow> current)
        => (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value)
            => value = _accessor.Get(current()).AsMemory());

    public override Action<TRow> CreateSetter(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<ReadOnlyMemory<char>> getter = row.GetGetter<ReadOnlyMemory<char>>(column);
        return target =>
        {
            ReadOnlyMemory<char> value = default;
            getter(ref value);
            _accessor.Set(target, value.ToString());
        };
    }
}

internal sealed class ArrayMember<TRow, T>(MemberBinding binding) : Member<TRow>(binding)
{
    private readonly Accessor<TRow, T[]> _accessor = new(binding.Member);

    public override Delegate CreateGetter(Func<TRow> current) => (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) =>
    {
        T[] items = _accessor.Get(current()) ?? [];
        VBuffer<T>.Copy(items, 0, ref value, items.Length);
    });

    public override Action<TRow> CreateSetter(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<VBuffer<T>> getter = row.GetGetter<VBuffer<T>>(column);
        VBuffer<T> value = default;
        return target =>
        {
            getter(ref value);
            T[] items = _accessor.CanRead ? _accessor.Get(target) : null;
            if (items?.Length != value.Length)
                items = new T[value.Length];
            value.CopyTo(items);
            _accessor.Set(target, items);
        };
    }
}

internal sealed class TextArrayMember<TRow>(MemberBinding binding) : Member<TRow>(binding)
{
    private readonly Accessor<TRow, string[]> _accessor = new(binding.Member);

    public override Delegate CreateGetter(Func<TRow> current)
        => (ValueGetter<VBuffer<ReadOnlyMemory<char>>>)((ref VBuffer<ReadOnlyMemory<char>> value) =>
        {
            ReadOnlyMemory<char>[] items = (_accessor.Get(current()) ?? []).Select(s => s.AsMemory()).ToArray();
            VBuffer<ReadOnlyMemory<char>>.Copy(items, 0, ref value, items.Length);
        });

    public override Action<TRow> CreateSetter(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<VBuffer<ReadOnlyMemory<char>>> getter = row.GetGetter<VBuffer<ReadOnlyMemory<char>>>(column);
        VBuffer<ReadOnlyMemory<char>> value = default;
        return target =>
        {
            getter(ref value);
            _accessor.Set(target, value.DenseValues().Select(text => text.ToString()).ToArray());
        };
    }
}

internal sealed class BufferMember<TRow, T>(MemberBinding binding) : Member<TRow>(binding)
{
    private readonly Accessor<TRow, VBuffer<T>> _accessor = new(binding.Member);

    public override Delegate CreateGetter(Func<TRow> current)
        => (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) => _accessor.Get(current()).CopyTo(ref value));

    public override Action<TRow> CreateSetter(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<VBuffer<T>> getter = row.GetGetter<VBuffer<T>>(column);
        return target =>
        {
            VBuffer<T> value = _accessor.CanRead ? _accessor.Get(target) : default;
            getter(ref value);
            _accessor.Set(target, value);
        };
    }
}
