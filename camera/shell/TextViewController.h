#import <UIKit/UIKit.h>

NS_ASSUME_NONNULL_BEGIN

// A long text that can be selected and copied.
@interface TextViewController : UIViewController

- (instancetype)initWithTitle:(NSString*)title text:(NSString*)text NS_DESIGNATED_INITIALIZER;
- (instancetype)initWithNibName:(nullable NSString*)nibName
                         bundle:(nullable NSBundle*)bundle NS_UNAVAILABLE;
- (nullable instancetype)initWithCoder:(NSCoder*)coder NS_UNAVAILABLE;

@end

NS_ASSUME_NONNULL_END
