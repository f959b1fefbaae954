#import <UIKit/UIKit.h>

NS_ASSUME_NONNULL_BEGIN

// Views one below the other, as high as they are together if there is room,
// and to be scrolled if there is not: with the largest text there never is.
@interface StackScrollView : UIScrollView

- (instancetype)initWithViews:(NSArray<UIView*>*)views NS_DESIGNATED_INITIALIZER;
- (instancetype)initWithFrame:(CGRect)frame NS_UNAVAILABLE;
- (nullable instancetype)initWithCoder:(NSCoder*)coder NS_UNAVAILABLE;

@end

NS_ASSUME_NONNULL_END
